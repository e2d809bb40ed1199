"""Hostile builds and deliveries that kill their worker, against the in-memory pipeline.

Findings S4, S5, S7 and S8 of the security review.
"""

import hashlib
import json
from collections.abc import Callable

import pytest

from tests import outside

Manifest = Callable[[str], object]
POISON = b"/* poisoned: body{display:none} */"
STYLE = b"body{color:black}"
STYLE_KEY = f"assets/site.{hashlib.sha256(STYLE).hexdigest()}.css"


@pytest.fixture
def pipeline() -> outside.Pipeline:
    """A client whose site is live with one article, and whose next build runs."""
    pipeline = outside.Pipeline()
    pipeline.edit("tea")
    pipeline.finish_build()
    assert pipeline.titles() == {"tea 1"}
    pipeline.edit("tea", 2)
    assert pipeline.building
    return pipeline


# --- releases -----------------------------------------------------------------------------------


def manifest_of(size: object = 1, key: object = None) -> Manifest:
    """Return a manifest with one page of this size and key."""
    return lambda attempt: {
        "attempt": attempt,
        "files": {"index.html": {"key": key or f"releases/{attempt}/index.html", "size": size}},
    }


UNREADABLE: dict[str, Manifest] = {
    "a list": lambda attempt: [],
    "another attempt": lambda attempt: {"attempt": "another", "files": {}},
    "no files": lambda attempt: {"attempt": attempt},
    "files are a text": lambda attempt: {"attempt": attempt, "files": "index.html"},
    "a key of another release": manifest_of(key="releases/other/index.html"),
}
WEDGES: dict[str, Manifest] = {
    "size is a text": manifest_of(size="x"),
    "size is null": manifest_of(size=None),
    "key is a list": manifest_of(key=["x"]),
}


def assert_builds_go_on(pipeline: outside.Pipeline, manifest: Manifest) -> None:
    """Publish this manifest, then honest builds for a day: the last change must go live."""
    assert pipeline.building
    text = json.dumps(manifest(pipeline.building)).encode()
    errors = []
    try:
        pipeline.finish_build(manifest=text)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        errors.append(type(error).__name__)
    errors += pipeline.pass_day()
    assert errors == []
    assert pipeline.titles() == {"tea 2"}


@pytest.mark.parametrize("manifest", UNREADABLE.values(), ids=UNREADABLE)
def test_an_unreadable_manifest_fails_its_attempt_only(
    pipeline: outside.Pipeline, manifest: Manifest
) -> None:
    assert_builds_go_on(pipeline, manifest)


@pytest.mark.parametrize("manifest", WEDGES.values(), ids=WEDGES)
def test_a_hostile_manifest_fails_its_attempt_only(
    pipeline: outside.Pipeline, manifest: Manifest
) -> None:
    assert_builds_go_on(pipeline, manifest)


def test_an_honest_asset_is_served(pipeline: outside.Pipeline) -> None:
    attempt = pipeline.building
    pipeline.finish_build(files={STYLE_KEY: STYLE})
    assert pipeline.live == attempt
    assert pipeline.served(STYLE_KEY) == STYLE


def test_a_release_with_a_poisoned_asset_does_not_go_live(pipeline: outside.Pipeline) -> None:
    """A build uploads its own bytes under the name that a later build needs. The honest publisher
    sees that the name exists and assumes that its bytes are there."""
    pipeline.plant(STYLE_KEY, POISON)
    attempt = pipeline.building
    pipeline.finish_build(files={STYLE_KEY: STYLE})
    assert pipeline.live != attempt or pipeline.served(STYLE_KEY) == STYLE


def test_a_release_contains_only_the_files_of_its_manifest(
    pipeline: outside.Pipeline,
) -> None:
    attempt = pipeline.building
    pipeline.plant(f"releases/{attempt}/sw.js", b"self.addEventListener('fetch', () => {})")
    pipeline.finish_build()
    assert pipeline.live != attempt or pipeline.served("sw.js") is None


# --- deliveries that kill their worker ---------------------------------------------------------


def git_pipeline(files: list[str], seconds_per_call: float = 0.15) -> outside.Pipeline:
    """Return a client with a repository of these files."""
    texts = {path: f"---\ntitle: {path}\n---\nText." for path in files}
    world = outside.world("decap", state=outside.repository(texts))
    return outside.Pipeline(world, seconds_per_call)


def test_pushes_that_need_no_luck_are_applied() -> None:
    pipeline = git_pipeline(["content/articles/slow.md", "content/articles/late.md"])
    for name in ("slow", "late"):
        pipeline.deliver("decap", outside.push("decap", [f"content/articles/{name}.md"]))
    pipeline.sweep()
    assert pipeline.stored_titles() == {"content/articles/slow.md", "content/articles/late.md"}


@pytest.fixture
def starved() -> tuple[outside.Pipeline, str]:
    """Return the pipeline after a day, and the id of a delivery whose worker always dies.

    Only the sweeper can find the delivery that comes after it.
    """
    pipeline = git_pipeline(["content/articles/slow.md", "content/articles/late.md"])
    pipeline.hang_on = "slow.md"
    slow = pipeline.deliver("decap", outside.push("decap", ["content/articles/slow.md"]))
    pipeline.deliver("decap", outside.push("decap", ["content/articles/late.md"]))
    for _ in range(288):
        pipeline.sweep()
    assert pipeline.vendor_calls > 0
    return pipeline, slow


def test_a_delivery_that_kills_its_worker_starves_no_other(
    starved: tuple[outside.Pipeline, str],
) -> None:
    pipeline, _ = starved
    assert "content/articles/late.md" in pipeline.stored_titles()


def test_an_attempt_that_kills_its_worker_is_counted(
    starved: tuple[outside.Pipeline, str],
) -> None:
    pipeline, slow = starved
    assert pipeline.attempts(slow) > 0


def test_a_large_import_is_applied_in_more_than_one_run() -> None:
    """The proportions are those of 1,000 files at 150 ms a call: 150 s of work, 120 s for a worker.

    100 files at 1.5 s keep the test short. A budget that counts time closes both.
    """
    paths = [f"content/articles/a-{number}.md" for number in range(100)]
    pipeline = git_pipeline(paths, seconds_per_call=1.5)
    pipeline.deliver("decap", outside.push("decap", paths))
    for _ in range(8):
        pipeline.sweep()
    assert pipeline.stored_titles() == set(paths)
