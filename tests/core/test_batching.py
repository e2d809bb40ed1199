"""The start time of a build, over any row and any clock."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core.contract.status import SiteBuildStatus
from platform_core.pipeline.build.batching import (
    BuildNow,
    Decision,
    NothingToDo,
    Policy,
    SiteState,
    WaitUntil,
    decide,
    estimate_next_build_seconds,
    is_bulk,
    retry_delay,
)

POLICY = Policy()
T0 = 1_800_000_000.0
times = st.floats(T0, T0 + 1_000)
policies = st.builds(
    Policy,
    grace_seconds=st.floats(0, 10),
    bulk_threshold=st.integers(1, 50),
    bulk_window_seconds=st.floats(1, 60),
    bulk_quiet_seconds=st.floats(0, 60),
    bulk_max_wait_seconds=st.floats(10, 600),
)
states = st.builds(
    SiteState,
    state=st.sampled_from(["idle", "waiting", "held", "building"]),
    changed=st.integers(0, 100),
    built=st.integers(0, 100),
    first_wanted_at=st.none() | times,
    last_changed_at=st.none() | times,
    window_start=st.none() | times,
    window_count=st.integers(0, 100),
    next_due=st.none() | times,
    retry_at=st.none() | times,
    held_at=st.none() | times,
)


def after(*seconds: float, **fields: float) -> SiteState:
    """Return a site that changed at these seconds after T0 and was not built since."""
    changes = [T0 + second for second in seconds]
    state = SiteState(
        state=SiteBuildStatus.WAITING,
        changed=len(changes),
        first_wanted_at=changes[0],
        last_changed_at=changes[-1],
        window_start=changes[0],
        window_count=len(changes),
    )
    return replace(state, **fields)  # type: ignore[arg-type]


def builds_at(state: SiteState, policy: Policy = POLICY) -> float:
    """Return the seconds after T0 at which a punctual poll would start the build."""
    decision: Decision = decide(state, T0, policy)
    while isinstance(decision, WaitUntil):
        moment = decision.until
        decision = decide(state, moment, policy)
    assert decision == BuildNow()
    return moment - T0


def test_a_single_change_waits_for_its_pair() -> None:
    assert builds_at(after(0)) == 3
    assert builds_at(after(0, 1)) == 3


def test_a_bulk_of_changes_waits_for_a_pause() -> None:
    assert builds_at(after(*range(10))) == 9 + 20
    assert builds_at(after(*range(9))) == 3


def test_an_endless_bulk_of_changes_is_still_built() -> None:
    assert builds_at(after(*range(1_000))) == 240


def test_slow_single_changes_are_not_a_bulk() -> None:
    assert not is_bulk(after(*range(0, 100, 10)), POLICY)
    assert is_bulk(after(*range(0, 100, 2)), POLICY)


def test_a_staleness_target_starts_the_build_as_late_as_possible() -> None:
    promise = Policy(staleness_slo_seconds=600)
    assert builds_at(after(0, allowance=45), promise) == 555
    assert builds_at(after(0), promise) == 300, "nothing is known of its builds yet"
    assert builds_at(after(*range(50), allowance=45), Policy(staleness_slo_seconds=60)) == 15
    assert builds_at(after(0, allowance=1_000), promise) == POLICY.grace_seconds


def test_the_allowance_of_a_build_follows_earlier_durations() -> None:
    assert estimate_next_build_seconds(SiteState(allowance=100), 200) == pytest.approx(230)
    assert estimate_next_build_seconds(SiteState(allowance=100), 45) == 97, (
        "a slow one is not forgotten at once"
    )
    state = SiteState()
    for _ in range(100):
        state = replace(state, allowance=estimate_next_build_seconds(state, 40))
    assert state.allowance == pytest.approx(46)


def test_a_failed_build_backs_off() -> None:
    assert builds_at(after(0, retry_at=T0 + 60)) == 60
    assert [retry_delay(failures) for failures in (1, 2, 3, 99)] == [30, 60, 120, 900]


def test_a_scheduled_publication_is_polled_and_built_in_time() -> None:
    state = SiteState(changed=4, built=4, next_due=T0 + 3_600)
    assert decide(state, T0, POLICY) == NothingToDo(look_at=T0 + 3_600)
    assert decide(state, T0 + 3_600, POLICY) == BuildNow()


def test_a_due_publication_does_not_wait_for_the_staleness_target() -> None:
    state = after(0, next_due=T0 + 10)
    assert builds_at(state, Policy(staleness_slo_seconds=3_600)) == 10


def test_a_held_site_waits_for_a_new_change() -> None:
    held = replace(after(0), state=SiteBuildStatus.HELD, held_at=T0 + 100, held_changed=1)
    assert decide(held, T0 + 10_000, POLICY) == NothingToDo()
    mended = replace(held, changed=2, first_wanted_at=T0 + 200, last_changed_at=T0 + 200)
    assert builds_at(mended) == 203


def test_a_build_ordered_by_a_person_starts_without_a_wait() -> None:
    assert decide(after(*range(20), asked=20), T0 + 19, POLICY) == BuildNow()
    assert builds_at(after(0, asked=1, retry_at=T0 + 60)) == 60


def test_a_change_without_a_time_is_built_at_once() -> None:
    """A row without its times still asks for a build."""
    assert decide(SiteState(changed=1), T0, POLICY) == BuildNow()


@given(states, times, policies)
def test_no_build_starts_while_another_runs(state: SiteState, now: float, policy: Policy) -> None:
    assert decide(replace(state, state=SiteBuildStatus.BUILDING), now, policy) == NothingToDo()


@given(states, times, policies)
def test_a_built_change_is_not_built_again(state: SiteState, now: float, policy: Policy) -> None:
    settled = replace(state, built=state.changed, next_due=None)
    assert decide(settled, now, policy) == NothingToDo()


@given(states, times, policies)
def test_a_wait_is_in_the_future_and_ends_in_a_build(
    state: SiteState, now: float, policy: Policy
) -> None:
    decision = decide(state, now, policy)
    if isinstance(decision, WaitUntil):
        assert decision.until > now
        assert decide(state, decision.until, policy) == BuildNow()


@given(states, times, st.floats(0, 1_000), policies)
def test_a_due_build_stays_due(state: SiteState, now: float, passed: float, policy: Policy) -> None:
    if decide(state, now, policy) == BuildNow():
        assert decide(state, now + passed, policy) == BuildNow()


@given(states, times, times, policies)
def test_no_change_waits_longer_than_the_bound(
    state: SiteState, first: float, now: float, policy: Policy
) -> None:
    """Later changes do not delay it; only a failed build may."""
    wanting = replace(
        state,
        state=SiteBuildStatus.WAITING,
        changed=state.built + 1,
        first_wanted_at=first,
        retry_at=None,
    )
    decision = decide(wanting, now, policy)
    if isinstance(decision, WaitUntil):
        longest = max(policy.bulk_max_wait_seconds, policy.grace_seconds)
        assert decision.until <= first + longest + 1e-6


@given(st.lists(st.floats(0, 600), min_size=1, max_size=200), policies)
def test_any_stream_of_changes_is_built_within_the_bound(
    offsets: list[float], policy: Policy
) -> None:
    """Each change is followed by a poll; the first poll past the due time builds."""
    moments = sorted(offsets)
    longest = max(policy.bulk_max_wait_seconds, policy.grace_seconds)
    for count in range(1, len(moments) + 1):
        state = after(*moments[:count])
        now = T0 + moments[count - 1]
        if decide(state, now, policy) == BuildNow():
            return
        assert now <= T0 + moments[0] + longest
    assert builds_at(after(*moments), policy) <= moments[0] + longest + 1e-6
