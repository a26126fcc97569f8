"""The promising are compared first, and no more than is worth it."""

import time

import numpy as np
from prints import asked, kept, printed

from visualsearch.domain import WHOLE, Print, View
from visualsearch.search.check import MOST, SURE_AGREEMENTS, check

PRINTS = [kept(printed(seed)).encode() for seed in range(8)]
VECTOR = np.array([1], np.float32)


def views(count: int) -> list[View]:
    """Views of eight prints, over and over."""
    return [View(WHOLE, VECTOR, PRINTS[number % 8]) for number in range(count)]


def numbers(*values: float) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    return np.array(values, np.float32)


def test_the_print_that_is_asked_for_agrees_wherever_it_stands() -> None:
    cosine = numbers(*np.linspace(1, 0, 8))
    matches = check(asked(printed(5)), views(8), cosine, numbers(*[1] * 8))
    agreeing = [match.agreeing for match in matches]
    assert int(np.argmax(agreeing)) == 5
    assert agreeing[5] >= SURE_AGREEMENTS
    assert sorted(agreeing)[-2] < 10


def test_no_more_than_the_most_promising_by_look_or_by_words_are_compared() -> None:
    count = MOST + 40
    shown = [View(WHOLE, VECTOR, PRINTS[1 + number % 7]) for number in range(count)]
    shown[-1] = shown[-2] = View(WHOLE, VECTOR, PRINTS[0])
    shared = np.ones(count, np.float32)
    shared[-1] = 5
    matches = check(asked(printed(0)), shown, numbers(*np.linspace(1, 0, count)), shared)
    assert matches[-1].agreeing >= SURE_AGREEMENTS
    assert matches[-2].agreeing == 0


def test_what_shares_no_visual_words_is_not_compared() -> None:
    shown = [View(WHOLE, VECTOR, PRINTS[0])] * 2
    matches = check(asked(printed(0)), shown, numbers(1, 0.5), numbers(0, 1))
    assert matches[0].agreeing == 0
    assert matches[1].agreeing >= SURE_AGREEMENTS


def test_once_one_is_sure_the_less_promising_are_left() -> None:
    shown = views(MOST)
    shown[0] = shown[-1] = View(WHOLE, VECTOR, PRINTS[0])
    matches = check(asked(printed(0)), shown, numbers(*np.linspace(1, 0, MOST)), np.ones(MOST, np.float32))
    assert matches[0].agreeing >= SURE_AGREEMENTS
    assert matches[-1].agreeing == 0


def test_nothing_is_compared_when_the_time_is_up_or_nothing_is_printed() -> None:
    cosine = numbers(*np.linspace(1, 0, 8))
    late = check(asked(printed(0)), views(8), cosine, np.ones(8, np.float32), until_s=time.monotonic() - 1)
    plain = check(Print.decode(b""), views(8), cosine, np.ones(8, np.float32))
    bare = check(asked(printed(0)), [View(WHOLE, VECTOR)] * 8, cosine, np.ones(8, np.float32))
    assert [match.agreeing for match in (*late, *plain, *bare)] == [0] * 24
