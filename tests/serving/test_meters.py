"""What Prometheus reads is what happened."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from visualsearch.domain import WHOLE, Answer, Failure, Query
from visualsearch.errors import Unavailable
from visualsearch.serving.meters import Meters

DASHBOARD = Path(__file__).parents[2] / "deploy" / "grafana.json"


def answer_all(queries: Sequence[Query]) -> list[Answer | Failure]:
    failed = Failure("not-a-picture", "expected a picture", "picture")
    return [failed, *[Answer((), WHOLE, 1, {"decode": 0.02, "look": 0.3})] * (len(queries) - 1)]


def test_a_batch_is_counted_once_with_its_size_and_its_stages() -> None:
    meters = Meters()

    meters.measured(answer_all)([Query()] * 5)

    shown = meters.show().decode()
    assert "visualsearch_batch_queries_sum 5.0" in shown
    assert 'visualsearch_stage_seconds_sum{stage="look"} 0.3' in shown
    assert 'visualsearch_stage_seconds_count{stage="decode"} 1.0' in shown


def test_a_value_is_read_when_it_is_asked_for_and_is_no_number_where_it_cannot_be_had() -> None:
    meters = Meters()
    values = [3.0]
    meters.watch("waiting", "Jobs.", lambda: values[0])

    def fail() -> float:
        raise Unavailable("expected a server")

    meters.watch("away", "Jobs.", fail)
    values[0] = 4

    shown = meters.show().decode()

    assert "visualsearch_waiting 4.0" in shown
    assert "visualsearch_away NaN" in shown


def test_the_dashboard_asks_for_nothing_that_is_not_measured() -> None:
    meters = Meters()
    for gauge in ("queue_waiting", "queue_in_work", "index_rows", "index_behind"):
        meters.watch(gauge, "as assemble does", lambda: 0)
    meters.requests.labels("/v1/search", 200).inc()
    meters.request_seconds.labels("/v1/search").observe(0.1)
    meters.refused.labels("overloaded").inc()
    meters.remembered.labels("hit").inc()
    meters.measured(answer_all)([Query()] * 2)
    shown = meters.show().decode()
    dashboard = json.loads(DASHBOARD.read_text(encoding="utf-8"))

    asked = {
        name
        for panel in dashboard["panels"]
        for target in panel["targets"]
        for name in re.findall(r"(?:visualsearch|process)_\w+", target["expr"])
    }

    assert len(asked) >= 10
    assert [name for name in asked if not re.search(rf"^{name}[{{ ]", shown, re.MULTILINE)] == []
