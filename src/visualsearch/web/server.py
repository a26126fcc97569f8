"""Serves the app until a signal comes, or until the work behind it dies."""

import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager

import uvicorn

from visualsearch.errors import BadInput
from visualsearch.serving.watched import OnDeath
from visualsearch.web.app import build_app
from visualsearch.web.patience import PatientProtocol
from visualsearch.web.service import Service

Background = Callable[[OnDeath], AbstractContextManager[None]]
"""Work that goes on from the server's start to its end, and tells when it cannot go on."""


def serve(
    service: Service, background: Background, *, host: str, port: int, announce: Callable[[str], None]
) -> int:
    """Serve until a signal comes, then answer what is asked already; gives the process's exit code.

    ``announce`` is told the address as soon as connections are taken; port 0 takes a free one.
    """
    deaths: list[BaseException] = []

    def stop(error: BaseException) -> None:
        deaths.append(error)
        server.should_exit = True

    app = build_app(service, lambda: background(stop))
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            lifespan="on",
            http=PatientProtocol,
            log_config=None,
            access_log=False,  # web/access.py writes it
            server_header=False,
            timeout_graceful_shutdown=max(1, round(service.query_timeout_s)),
        )
    )
    # A stream that has no end of its own asks, so that nobody waits for it when the server stops.
    app.state.is_ending = lambda: server.should_exit
    with closing(_listen(host, port)) as listener, _unwound_by_signal():
        announce(_address(host, listener))
        server.run(sockets=[listener])
    return 0 if server.started and not deaths else 1


@contextmanager
def _unwound_by_signal() -> Iterator[None]:
    """Leave through every context on SIGTERM too: uvicorn raises it once more when it has ended."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        yield
    except (SystemExit, KeyboardInterrupt):
        pass  # told to stop, and stopped
    finally:
        signal.signal(signal.SIGTERM, before)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise BadInput(
            f"expected to listen on {host} port {port}, found: {error.strerror}; choose another port"
        ) from error
    # Connections inherit it. Without it a kept connection waits 40 ms for the client's acknowledgement
    # before the body follows the headers.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _address(host: str, listener: socket.socket) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listener.getsockname()[1]}/"
