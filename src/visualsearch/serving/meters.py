"""What a process counts and measures of itself, in the words of Prometheus."""

from collections.abc import Callable, Sequence
from functools import partial

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
    start_http_server,
)

from visualsearch.domain import Answer, Failure, Query
from visualsearch.errors import VisualsearchError
from visualsearch.serving.worker import Answering

MEDIA_TYPE = CONTENT_TYPE_LATEST
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_QUERIES = (1, 2, 4, 8, 16, 32, 64, 128, 256)

# They say when each was first counted, and double what is sent.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Meters:
    """The meters of one process; used by any thread."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        count = partial(Counter, registry=self._registry)
        measure = partial(Histogram, registry=self._registry)
        self.requests = count("visualsearch_requests", "HTTP requests.", ("route", "status"))
        self.request_seconds = measure(
            "visualsearch_request_seconds",
            "Seconds until a request was answered.",
            ("route",),
            buckets=_SECONDS,
        )
        self.refused = count("visualsearch_refused", "Requests that are to be tried again later.", ("code",))
        self.remembered = count(
            "visualsearch_cache",
            "Searches that were remembered, joined to the same that was in work, or asked.",
            ("outcome",),
        )
        self._batch_queries = measure(
            "visualsearch_batch_queries", "Queries answered together.", buckets=_QUERIES
        )
        self._stage_seconds = measure(
            "visualsearch_stage_seconds",
            "Seconds that a batch spent in a stage.",
            ("stage",),
            buckets=_SECONDS,
        )

    def watch(self, name: str, what: str, read: Callable[[], float]) -> None:
        """Show a value as it is when it is asked for; it is NaN where it cannot be had."""

        def read_or_nan() -> float:
            try:
                return read()
            except VisualsearchError:
                return float("nan")

        Gauge(f"visualsearch_{name}", what, registry=self._registry).set_function(read_or_nan)

    def measured(self, answer: Answering) -> Answering:
        """Measure how large the batches are that are answered, and how long each stage of them takes."""

        def answer_measured(queries: Sequence[Query]) -> Sequence[Answer | Failure]:
            answers = answer(queries)
            self._batch_queries.observe(len(queries))
            # The seconds are the batch's, so one answer tells of all.
            for stage, seconds in next(
                (one.seconds for one in answers if isinstance(one, Answer)), {}
            ).items():
                self._stage_seconds.labels(stage).observe(seconds)
            return answers

        return answer_measured

    def read(self) -> list[tuple[str, dict[str, str], float]]:
        """Read all meters: name, labels and value of each sample."""
        return [
            (sample.name, sample.labels, sample.value)
            for meter in self._registry.collect()
            for sample in meter.samples
        ]

    def show(self) -> bytes:
        """Write all meters down as Prometheus reads them."""
        return generate_latest(self._registry)

    def serve(self, host: str, port: int) -> None:
        """Show the meters of a process that serves nothing else, until it ends."""
        start_http_server(port, host, self._registry)
