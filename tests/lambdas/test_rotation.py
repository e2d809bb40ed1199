"""A secret is rotated and revoked while deliveries come in: at no instant is a right one refused.

The whole way is real: the command line's safe writes what the function's cache reads, and the door
judges. Several containers run at once, each with a cache as old as it happens to be and a clock of
its own.
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
from tests.fakes.world import (
    MemoryInbox,
    Shop,
    Vendor,
    a_request,
)

T0 = 1_800_000_000.0
OLD, NEW, FORGED = "the-old-secret-of-shop", "the-new-secret-of-shop", "a-guess-of-somebody"
SKEW = 300.0
"""Seconds by which a container's clock may be wrong; more than any that AWS keeps."""
OLD_ENDS = GRACE_SECONDS - SKEW - 1
"""When the first clock may say that the old one's week is over."""


@dataclass
class Store:
    """The encrypted store, and the clock of whoever rotates."""

    now: float = T0
    kept: dict[str, str] = field(default_factory=dict)

    def read(self, path: str) -> tuple[str, datetime] | None:
        if path not in self.kept:
            return None
        return self.kept[path], datetime.fromtimestamp(self.now, UTC)

    def write(self, path: str, text: str) -> None:
        self.kept[path] = text


class Container:
    """One warm function: its own cache, its own clock."""

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
        """The answer to a delivery that is signed with this."""
        body = b'{"id": %d}' % next(self.bodies)
        proof = Shop.SIGNATURE.sign(a_request(body), secret.encode(), T0)
        return receive(a_request(body, **proof), "shop", self.door).status


@dataclass(frozen=True)
class Post:
    """A delivery at a time, in seconds after the rotation, at one of the containers."""

    at: float
    container: int
    secret: str


def moments(*around: float) -> st.SearchStrategy[float]:
    """Times near to the instants that matter, and anywhere between them."""
    near = [st.floats(at - 130, at + 130, allow_nan=False) for at in around]
    return st.one_of(*near, st.floats(-130, GRACE_SECONDS + 130, allow_nan=False))


def posts(*around: float, secrets: tuple[str, ...]) -> st.SearchStrategy[list[Post]]:
    one = st.builds(Post, moments(*around), st.integers(0, 2), st.sampled_from(secrets))
    return st.lists(one, min_size=1, max_size=30)


skews = st.lists(st.floats(-SKEW, SKEW), min_size=3, max_size=3)


def story(
    posted: list[Post], skews: list[float], revoked_at: float | None = None
) -> list[tuple[Post, int]]:
    """Each delivery and its answer, around a rotation at 0 and a revocation."""
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
def test_no_right_delivery_is_refused_at_any_instant_of_a_rotation(
    posted: list[Post], skews: list[float]
) -> None:
    """The old one until its week is over, the new one from the very moment that it is set."""
    right = [
        post for post in posted if (post.at < OLD_ENDS if post.secret == OLD else post.at >= 0)
    ]
    for post, status in story(right, skews):
        assert status == 200, post


@settings(max_examples=300, deadline=None)
@given(posted=posts(0.0, 60.0, GRACE_SECONDS, secrets=(OLD, NEW, FORGED)), skews=skews)
def test_not_even_in_a_flood_of_forgeries(posted: list[Post], skews: list[float]) -> None:
    """They use up the one look past the cache; so the new one goes to the vendor a minute later."""
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
def test_a_revocation_refuses_the_old_one_within_a_minute_and_never_the_new_one(
    posted: list[Post], skews: list[float], revoked_at: float
) -> None:
    for post, status in story(posted, skews, revoked_at):
        if post.secret == NEW and post.at >= CACHE_SECONDS:
            assert status == 200, post
        if post.secret == OLD and post.at < revoked_at:
            assert status == 200, post
        if post.secret == OLD and post.at >= revoked_at + CACHE_SECONDS:
            assert status == 401, post
