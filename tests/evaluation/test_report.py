"""Summaries count every question, failed ones as misses, and say what they are of."""

import json
from dataclasses import astuple, replace
from pathlib import Path
from random import Random

import pytest

from visualsearch.domain import Box, Failure, ProductId
from visualsearch.errors import BadInput
from visualsearch.evaluation.report import Estimate, summarise, table, to_json
from visualsearch.evaluation.run import Outcome
from visualsearch.evaluation.truth import Question


def outcome_of(ranked: str, *, right: str = "a", seconds: float = 0.02, limit: int = 10) -> Outcome:
    question = Question(Path("picture.jpg"), frozenset(map(ProductId, right)))
    return Outcome(question, tuple(map(ProductId, ranked)), seconds, limit)


def failed(code: str) -> Outcome:
    question = Question(
        Path("bad.jpg"), frozenset((ProductId("a"),)), frozenset((ProductId("b"),)), Box(0, 0, 1, 0.5)
    )
    return Outcome(question, (), 9.0, 10, Failure(code, "expected a picture", "bad.jpg"))


OUTCOMES = [
    outcome_of("abc"),
    outcome_of("xya", seconds=0.04),
    outcome_of("bxa", right="ab"),
    failed("not-a-picture"),
]


def test_the_metrics_are_means_over_all_questions_with_failed_ones_as_misses() -> None:
    summary = summarise(OUTCOMES)
    values = {name: metric.value for name, metric in summary.metrics.items()}
    assert values == pytest.approx(
        {
            "R@1": 2 / 4,
            "R@5": 3 / 4,
            "R@10": 3 / 4,
            "P@10": (1 + 0 + 1 / 2) / 4,
            "mAP@10": (1 + 1 / 3 + (1 + 2 / 3) / 2) / 4,
        }
    )
    assert all(metric.low < metric.value < metric.high for metric in summary.metrics.values())
    assert (summary.questions, summary.questions_with_box, summary.questions_with_exclude) == (4, 1, 1)
    assert summary.failures == (Failure("not-a-picture", "expected a picture", "bad.jpg"),)


def test_latency_is_of_the_answered_questions() -> None:
    summary = summarise(OUTCOMES)
    assert summary.median_ms == pytest.approx(20)
    assert summary.p99_ms == pytest.approx(39.6)


def test_a_failed_question_is_a_miss_whatever_its_ranking_says() -> None:
    told = replace(failed("unavailable"), ranked=(ProductId("a"),))
    assert summarise([told]).metrics["R@1"] == Estimate(0, 0, 0)


def test_the_order_of_the_outcomes_changes_nothing() -> None:
    shuffled = OUTCOMES * 5
    Random(1).shuffle(shuffled)
    before, after = summarise(OUTCOMES * 5), summarise(shuffled)
    for name, metric in before.metrics.items():
        assert astuple(after.metrics[name]) == pytest.approx(astuple(metric))
    assert (before.median_ms, before.p99_ms, before.failures) == (
        after.median_ms,
        after.p99_ms,
        after.failures,
    )


def test_a_deeper_run_names_its_depth_and_finds_what_is_deeper() -> None:
    ranked = "".join(chr(ord("b") + place) for place in range(24)) + "a"
    metrics = summarise([outcome_of(ranked, limit=50)]).metrics
    assert metrics["R@10"] == Estimate(0, 0, 0)
    assert metrics["mAP@50"].value == pytest.approx(1 / 25)


def test_a_run_that_failed_whole_is_all_misses_without_latency() -> None:
    summary = summarise([failed("not-found"), failed("bad-input"), failed("not-found")])
    assert all(metric == Estimate(0, 0, 0) for metric in summary.metrics.values())
    assert (summary.median_ms, summary.p99_ms) == (None, None)
    assert "3 failed and count as misses: bad-input 1, not-found 2" in table(summary)
    assert "median" not in table(summary)


@pytest.mark.parametrize("outcomes", [[], [outcome_of("a", limit=10), outcome_of("a", limit=20)]])
def test_outcomes_that_are_not_one_run_are_refused(outcomes: list[Outcome]) -> None:
    with pytest.raises(BadInput, match="expected outcomes of one limit"):
        summarise(outcomes)


def test_the_table_is_markdown_that_says_what_was_asked() -> None:
    assert table(summarise([outcome_of("a"), outcome_of("a")])).splitlines() == [
        "| metric | value | 95 % interval |",
        "|---|---|---|",
        "| R@1 | 1.000 | 1.000 to 1.000 |",
        "| R@5 | 1.000 | 1.000 to 1.000 |",
        "| R@10 | 1.000 | 1.000 to 1.000 |",
        "| P@10 | 1.000 | 1.000 to 1.000 |",
        "| mAP@10 | 1.000 | 1.000 to 1.000 |",
        "| median | 20.0 ms | |",
        "| p99 | 20.0 ms | |",
        "",
        "2 questions for 10 products each, 0 with a box, 0 with excluded products; none failed",
    ]


def test_json_has_everything_that_the_summary_has() -> None:
    summary = summarise(OUTCOMES)
    read = json.loads(to_json(summary))
    assert read["metrics"]["R@1"] == {
        "value": 0.5,
        "low": summary.metrics["R@1"].low,
        "high": summary.metrics["R@1"].high,
    }
    assert read["failures"] == [
        {"code": "not-a-picture", "message": "expected a picture", "subject": "bad.jpg"}
    ]
    assert (read["questions"], read["limit"], read["median_ms"]) == (4, 10, summary.median_ms)
