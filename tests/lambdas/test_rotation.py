"""During a rotation and a revocation of a secret, no valid delivery is ever refused.

The command line's secret store writes the values that the function's cache reads, and the real
webhook endpoint decides. Several containers run at once, each with a cache of any age and a clock
of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.runtime.adapters.secrets import CACHE_SECONDS, CachedSecrets
from platform_cli.targets.secrets import GRACE_SECONDS, ClientSecrets
from platform_core.ingress.receive import IngressDeps, receive
from platform_core.webhooks.request import WEBHOOK_SECRET
from tests.fakes.world import MemoryInbox, Shop, Vendor, a_request

T0 = 1_800_000_000.0
OLD, NEW, FORGED = "the-old-secret-of-shop", "the-new-secret-of-shop", "a-guess-of-somebody"
SKEW = 300.0
"""Largest error of a container's clock in seconds; more than on AWS."""
OLD_ENDS = GRACE_SECONDS - SKEW - 1
"""The first time at which any clock may see the end of the old secret's week."""


@dataclass
class Store:
    """The encrypted store, and the clock of the person who rotates."""

    now: float = T0
    kept: dict[str, str] = field(default_factory=dict)

    def read(self, path: str) -> tuple[str, datetime] | None:
        if path not in self.kept:
            return None
        return self.kept[path], datetime.fromtimestamp(self.now, UTC)

    def write(self, path: str, text: str) -> None:
        self.kept[path] = text


class Container:
    """A warm function with its own cache and its own clock."""

    def __init__(self, store: Store, skew: float) -> None:
        def clock() -> float:
            return store.now + skew

        self.door = IngressDeps(
            find=lambda name: ("shop", Shop()),
            settings={"shop": {}},
            secrets=CachedSecrets(store.kept.get, "acme", "prod", clock),
            inbox=MemoryInbox(),
            http=Vendor(),
            clock=clock,
            sleep=lambda seconds: None,
        )
        self.bodies = count()

    def post(self, secret: str) -> int:
        """Return the response to a delivery signed with this secret."""
        body = b'{"id": %d}' % next(self.bodies)
        proof = Shop.SIGNATURE.sign(a_request(body), secret.encode(), T0)
        return receive(a_request(body, **proof), "shop", self.door).status


@dataclass(frozen=True)
class Post:
    """A delivery to one of the containers, in seconds after the rotation."""

    at: float
    container: int
    secret: str


def moments(*around: float) -> st.SearchStrategy[float]:
    """Times close to the critical instants, and any times between them."""
    near = [st.floats(at - 130, at + 130, allow_nan=False) for at in around]
    return st.one_of(*near, st.floats(-130, GRACE_SECONDS + 130, allow_nan=False))


def posts(*around: float, secrets: tuple[str, ...]) -> st.SearchStrategy[list[Post]]:
    one = st.builds(Post, moments(*around), st.integers(0, 2), st.sampled_from(secrets))
    return st.lists(one, min_size=1, max_size=30)


skews = st.lists(st.floats(-SKEW, SKEW), min_size=3, max_size=3)


def story(
    posted: list[Post], skews: list[float], revoked_at: float | None = None
) -> list[tuple[Post, int]]:
    """Return each delivery with its response, around a rotation at 0 and a revocation."""
    store = Store()
    safe = ClientSecrets(store, "acme", "prod", lambda: store.now)
    safe.set_value("shop", WEBHOOK_SECRET, OLD)
    containers = [Container(store, skew) for skew in skews]
    orders: list[tuple[float, Callable[[], object]]] = [
        (0.0, lambda: safe.rotate_value("shop", WEBHOOK_SECRET, NEW))
    ]
    if revoked_at is not None:
        orders.append((revoked_at, lambda: safe.revoke_previous_value("shop", WEBHOOK_SECRET)))
    answers = []
    for post in sorted(posted, key=lambda post: post.at):
        while orders and orders[0][0] <= post.at:
            at, order = orders.pop(0)
            store.now = T0 + at
            order()
        store.now = T0 + post.at
        answers.append((post, containers[post.container].post(post.secret)))
    return answers


@settings(max_examples=300, deadline=None)
@given(posted=posts(0.0, GRACE_SECONDS, secrets=(OLD, NEW)), skews=skews)
def test_no_valid_delivery_is_refused_during_a_rotation(
    posted: list[Post], skews: list[float]
) -> None:
    """The old secret until its week is over, and the new one from the moment at which it is set."""
    right = [
        post for post in posted if (post.at < OLD_ENDS if post.secret == OLD else post.at >= 0)
    ]
    for post, status in story(right, skews):
        assert status == 200, post


@settings(max_examples=300, deadline=None)
@given(posted=posts(0.0, 60.0, GRACE_SECONDS, secrets=(OLD, NEW, FORGED)), skews=skews)
def test_no_valid_delivery_is_refused_during_a_flood_of_forgeries(
    posted: list[Post], skews: list[float]
) -> None:
    """Forgeries use up the fresh read, so the vendor gets the new secret a minute later."""
    for post, status in story(posted, skews):
        if post.secret == FORGED or (post.secret == NEW and post.at < 0):
            assert status == 401, post
        if post.secret == NEW and post.at >= CACHE_SECONDS:
            assert status == 200, post
        if post.secret == OLD and post.at < OLD_ENDS:
            assert status == 200, post


@settings(max_examples=300, deadline=None)
@given(
    posted=posts(0.0, 60.0, 3600.0, secrets=(OLD, NEW, FORGED)),
    skews=skews,
    revoked_at=st.floats(CACHE_SECONDS, 7200.0),
)
def test_a_revocation_refuses_only_the_old_secret_within_a_minute(
    posted: list[Post], skews: list[float], revoked_at: float
) -> None:
    for post, status in story(posted, skews, revoked_at):
        if post.secret == NEW and post.at >= CACHE_SECONDS:
            assert status == 200, post
        if post.secret == OLD and post.at < revoked_at:
            assert status == 200, post
        if post.secret == OLD and post.at >= revoked_at + CACHE_SECONDS:
            assert status == 401, post
