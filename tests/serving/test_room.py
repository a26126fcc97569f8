"""As many are let in as are answered in the time that is aimed at, on any machine."""

from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualsearch.serving.room import Room

TARGET_S = 1.5
MOST = 256


def serve(room: Room, per_s: float, arrivals_per_s: float, seconds: float) -> list[float]:
    """Let a machine of one speed answer in order, in time that is only counted; gives each one's stay."""
    house: deque[tuple[int, float]] = deque()
    stays = []
    free_at = now = 0.0
    while now < seconds:
        while house and free_at <= now:
            among, came = house.popleft()
            room.learn((among, free_at - came))
            stays.append(free_at - came)
            free_at += 1 / per_s
        if len(house) < room.limit:
            free_at = free_at if house else now + 1 / per_s
            house.append((len(house) + 1, now))
        now += 1 / arrivals_per_s
    return stays


@settings(deadline=None, max_examples=20)
@given(per_s=st.floats(4, 2000), overload=st.floats(1.2, 10))
def test_on_a_machine_of_any_speed_nobody_waits_much_longer_than_is_aimed_at(
    per_s: float, overload: float
) -> None:
    room = Room(MOST, TARGET_S)
    serve(room, per_s, overload * per_s, 30 * TARGET_S)
    settled = serve(room, per_s, overload * per_s, 10 * TARGET_S)
    assert max(settled) <= 4 / 3 * TARGET_S
    assert len(settled) >= 0.9 * 10 * TARGET_S * per_s - room.limit, "nor is anybody refused for nothing"


@pytest.mark.parametrize(("before", "after"), [(10, 400), (400, 10)])
def test_a_machine_that_becomes_faster_or_slower_is_followed(before: float, after: float) -> None:
    room = Room(MOST, TARGET_S)
    for per_s in (before, after):
        serve(room, per_s, 3 * per_s, 60)
        assert room.limit == pytest.approx(min(MOST, per_s * TARGET_S), rel=0.1)


def test_few_who_are_answered_at_their_leisure_take_no_room_away() -> None:
    room = Room(MOST, TARGET_S)
    for _ in range(1000):
        room.learn((1, 0.1))  # ten a second, by this alone
    assert room.limit == MOST


def test_one_slow_batch_at_the_start_turns_few_away() -> None:
    room = Room(MOST, TARGET_S)
    for among in range(1, 17):
        room.learn((among, 2 * TARGET_S))
    assert room.limit > 0.75 * MOST


def test_without_a_target_the_room_is_what_it_is_told_to_be() -> None:
    room = Room(MOST)
    room.learn((MOST, 600.0))
    assert room.limit == MOST


def test_there_is_always_room_for_one() -> None:
    room = Room(MOST, TARGET_S)
    for _ in range(1000):
        room.learn((room.limit, 600.0))
    assert room.limit == 1
    room.learn(None)
    for _ in range(100):
        room.learn((1, 0.01))
    assert room.limit > 100
