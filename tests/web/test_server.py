import socket
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from queue import Queue as Mailbox

import httpx
import pytest

from visualsearch.domain import WHOLE, Answer, Failure, Query
from visualsearch.errors import BadInput
from visualsearch.serving.memory_queue import MemoryQueue
from visualsearch.serving.worker import Worker, running
from visualsearch.web.patience import PatientProtocol
from visualsearch.web.server import _listen, serve
from visualsearch.web.service import Service


def answer_all(queries: Sequence[Query]) -> list[Answer | Failure]:
    if any(query.product == "fatal" for query in queries):
        raise SystemExit(3)
    return [Answer((), WHOLE, 1, {}) for _ in queries]


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_the_server_answers_until_its_worker_dies_and_then_ends_as_failed(
    service: Service, queue: MemoryQueue, host: str
) -> None:
    addresses: Mailbox[str] = Mailbox()
    with ThreadPoolExecutor(1) as thread:
        ended = thread.submit(
            serve,
            service,
            partial(running, Worker(queue, answer_all)),
            host=host,
            port=0,
            announce=addresses.put,
        )
        address = addresses.get(timeout=30)
        with httpx.Client(base_url=address) as client:
            found = client.post("v1/search", json={"product": "chair"})
            assert (found.status_code, found.json()["change"]) == (200, 1)
            assert "server" not in found.headers
            died = client.post("v1/search", json={"product": "fatal"})
            assert (died.status_code, died.json()["code"]) == (503, "unavailable")
        assert ended.result(timeout=30) == 1


def test_a_port_that_is_taken_is_told_with_what_to_do(service: Service, queue: MemoryQueue) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BadInput, match=f"port {port}.*choose another port"):
            serve(
                service,
                partial(running, Worker(queue, answer_all)),
                host="127.0.0.1",
                port=port,
                announce=print,
            )


def test_answers_are_sent_without_waiting_for_the_client_to_acknowledge_their_headers() -> None:
    with _listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("sent", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: shop\r\nX: "])
def test_a_connection_that_sends_no_whole_headers_is_closed(
    service: Service, queue: MemoryQueue, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(PatientProtocol, "headers_s", 0.2)
    with running_server(service, queue) as address:
        with socket.create_connection((address.host, address.port or 80), timeout=60) as connection:
            connection.sendall(sent)
            assert connection.recv(100) == b""
        with httpx.Client(base_url=address) as client:  # and others are answered on kept connections
            for _ in range(3):
                assert client.get("/healthz").status_code == 200
                time.sleep(0.3)  # longer than headers may take


def test_headers_that_are_too_large_end_the_connection(service: Service, queue: MemoryQueue) -> None:
    with (
        running_server(service, queue) as address,
        socket.create_connection((address.host, address.port or 80), timeout=60) as connection,
    ):
        connection.sendall(b"GET / HTTP/1.1\r\nX: ")
        with pytest.raises(ConnectionError):
            connection.sendall(b"x" * 100_000_000)


@contextmanager
def running_server(service: Service, queue: MemoryQueue) -> Iterator[httpx.URL]:
    """Serve for the length of a block; the worker's death is how a server in a thread is stopped."""
    addresses: Mailbox[str] = Mailbox()
    with ThreadPoolExecutor(1) as thread:
        background = partial(running, Worker(queue, answer_all))
        ended = thread.submit(serve, service, background, host="127.0.0.1", port=0, announce=addresses.put)
        address = httpx.URL(addresses.get(timeout=30))
        yield address
        httpx.post(address.join("v1/search"), json={"product": "fatal"})
        assert ended.result(timeout=30) == 1
