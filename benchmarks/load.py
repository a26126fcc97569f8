"""Measures the service under many clients, overload and faults, beside a bare pipeline and other servers."""

import argparse
import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import uvloop

from load_client import (
    Ask,
    Outcome,
    base64_request,
    closed_loop,
    learn,
    misbehave,
    open_arrivals,
    photo_request,
)
from machine import RESULTS, data_folder, write
from serving import photo_of

PHOTOS = 400
BATCH = 16
MODEL_ALONE = 1024
PROGRAM = [sys.executable, "-m", "visualsearch"]
ENVIRONMENT = {
    "VISUALSEARCH_QUEUE__REMEMBERED": "0",  # the same photos come again and again
    "VISUALSEARCH_SEARCH__VERIFY_MS": "10000",  # so that there is one right answer with evidence
    "VISUALSEARCH_SEARCH__LEARN": "false",
    "VISUALSEARCH_VISION__RUNTIME": "onnxruntime",  # as the plain server
}
BY_LOOK = {"VISUALSEARCH_SEARCH__EVIDENCE": "false"}
"""The work that the bare pipeline and the plain server do: decode, embed, search, with a box that is all."""
WHOLE = b"0,0,1,1"
PATIENT = {"VISUALSEARCH_QUEUE__TARGET_WAIT_S": "10"}
"""Lets 200 wait on the slowest machine; the overload has the setting's default."""


@dataclass(frozen=True)
class Run:
    """What all measurements share."""

    shop: Path
    photos: list[bytes]
    requests: int
    seconds: float


def main() -> None:
    """Measure everything, or what was named."""
    flags = argparse.ArgumentParser(description=__doc__)
    flags.add_argument(
        "--shop", type=Path, help="an indexed shop of the amazon pictures; made where not given"
    )
    flags.add_argument("--requests", type=int, default=4000, help="requests of each closed loop")
    flags.add_argument("--seconds", type=float, default=20, help="length of the overload")
    flags.add_argument("--soak", type=int, default=100_000, help="requests of the run that watches memory")
    flags.add_argument(
        "only", nargs="*", choices=[[], *MEASURES], help="what to measure; the rest stays as it was"
    )
    chosen = flags.parse_args()
    paths = sorted((data_folder() / "furniture").rglob("*.jpg"))[:PHOTOS]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        shop = chosen.shop or _index(folder / "shop")
        run = Run(shop, [photo_of(path) for path in paths], chosen.requests, chosen.seconds)
        soak = Run(shop, run.photos, chosen.soak, chosen.seconds)
        figures: dict[str, object] = {}
        for name in chosen.only or MEASURES:
            figures |= MEASURES[name](soak if name == "memory" else run)
            print(f"{name} done", flush=True)
    path = RESULTS / "load.json"
    kept = json.loads(path.read_text())["figures"] if chosen.only and path.is_file() else {}
    write("load", kept | figures)


def measure_throughput(run: Run) -> dict[str, object]:
    """Compare one process with the bare pipeline and with other servers, in one run."""
    asks = _right(run)
    model = _alone(run, f"load_peers.model_alone({MODEL_ALONE})")
    bare = max(_alone(run, f"load_peers.bare_pipeline(shop, photos * 3, {batch})") for batch in (1, BATCH))
    requests = [photo_request("/v1/search", photo, WHOLE) for photo in run.photos]
    with served(run, BY_LOOK | PATIENT) as address:
        ours = uvloop.run(_closed(run, address, requests))
        alone = uvloop.run(closed_loop(address, [Ask(one) for one in requests], 1, LONE))
    peers, peers_alone = {}, {}
    for name, peer in PEERS.items():
        with _peer(run, peer) as address:
            requests = [peer.request(photo) for photo in run.photos]
            peers[name] = uvloop.run(_closed(run, address, requests))
            peers_alone[name] = uvloop.run(closed_loop(address, [Ask(one) for one in requests], 1, LONE))
    with served(run, PATIENT) as address:
        weighed = uvloop.run(closed_loop(address, asks, 200, run.requests))
        many = uvloop.run(closed_loop(address, asks, 1000, run.requests))
    return {
        "the int8 model alone, nothing decoded or searched, pictures/s": {"measured": round(model, 1)},
        "by look, bare pipeline, answers/s": {"measured": round(bare, 1)},
        **_told("by look, 200 clients", ours),
        "by look, 200 clients, share of the bare pipeline": {
            "measured": round(ours.per_s / bare, 2),
            "to reach": ">= 0.75",
        },
        "by look, a lone client, p50, ms": {"measured": alone.ms(200, 0.5)},
        **{
            f"{name}, 200 clients, answers/s": {"measured": round(found.per_s, 1)}
            for name, found in peers.items()
        },
        **{
            f"{name}, 200 clients, p99, ms": {"measured": found.ms(200, 0.99), "to reach": "> ours"}
            for name, found in peers.items()
        },
        **{
            f"{name}, a lone client, p50, ms": {"measured": found.ms(200, 0.5)}
            for name, found in peers_alone.items()
        },
        **{
            f"by look, 200 clients, throughput against {name}": {
                "measured": round(ours.per_s / found.per_s, 2),
                "to reach": ">= 2",
            }
            for name, found in peers.items()
        },
        **_told("by all evidence, 200 clients", weighed),
        "by all evidence, 200 clients, share of the bare pipeline": {
            "measured": round(weighed.per_s / bare, 2),
        },
        "by all evidence, 1,000 clients: answered / refused / other": {"measured": _shares(many)},
        "by all evidence, 1,000 clients, wrong answers": {"measured": many.wrong, "to reach": "0"},
    }


def measure_overload(run: Run) -> dict[str, object]:
    """Let three times as much come as can be answered."""
    asks = _right(run)
    with served(run, PATIENT) as address:  # which refuses nobody
        peak = uvloop.run(closed_loop(address, asks, 200, run.requests)).per_s
    with served(run) as address:
        uvloop.run(closed_loop(address, asks, 200, run.requests // 4))  # it learns how many it can answer
        over = uvloop.run(open_arrivals(address, asks, 3 * peak, run.seconds))
    return {
        "overload 3x, accepted p99, ms": {"measured": over.ms(200, 0.99), "to reach": "<= 2000"},
        "overload 3x, refused p99, ms": {"measured": over.ms(429, 0.99), "to reach": "<= 50"},
        "overload 3x, throughput to the peak": {
            "measured": round(over.per_s / peak, 2),
            "to reach": ">= 0.9",
        },
        "overload 3x: answered / refused / other": {"measured": _shares(over)},
        "overload 3x, wrong answers": {"measured": over.wrong, "to reach": "0"},
    }


def measure_redis(run: Run) -> dict[str, object]:
    """Compare a server and a worker on Redis with one process, then kill workers, then Redis."""
    asks = _right(run)
    with served(run, PATIENT) as address:
        alone = uvloop.run(closed_loop(address, asks, 200, run.requests))
    with _redis() as (environment, port), served(run, environment) as address, _worker(run, environment):
        shared = uvloop.run(closed_loop(address, asks, 200, run.requests))
        killed = uvloop.run(_while_killing(run, address, environment))
        restarted = uvloop.run(_while_restarting(run, address, port))
    return {
        "Redis, throughput to one process": {
            "measured": round(shared.per_s / alone.per_s, 2),
            "to reach": ">= 0.85",
        },
        "Redis, errors and wrong answers": {"measured": _faults(shared), "to reach": "0"},
        "Redis, worker killed ten times: requests lost or wrong": {
            "measured": _faults(killed),
            "to reach": "0",
        },
        "Redis started again: requests lost or wrong": {"measured": _faults(restarted)},
    }


def measure_faults(run: Run) -> dict[str, object]:
    """Let 100 clients ask while 200 connections say nothing or a byte at a time."""
    asks = _right(run)
    with served(run, PATIENT) as address:

        async def scenario() -> Outcome:
            stop = asyncio.Event()
            bad = asyncio.create_task(misbehave(address, asks[0].request, 200, stop))
            outcome = await closed_loop(address, asks, 100, run.requests)
            stop.set()
            await bad
            return outcome

        outcome = uvloop.run(scenario())
    return {"200 slow and silent connections: errors and wrong answers": {"measured": _faults(outcome)}}


def measure_memory(run: Run) -> dict[str, object]:
    """Watch the server's memory over many requests."""
    asks = _right(run)
    with served(run) as address:
        process = _started[-1]
        sizes = []
        for _ in range(10):
            uvloop.run(closed_loop(address, asks, 64, max(1, run.requests // 10)))
            sizes.append(_resident_mib(process.pid))
    return {
        f"memory over {run.requests:,} requests, MiB": {
            "measured": " ".join(map(str, sizes)),
            "to reach": "flat",
        }
    }


MEASURES = {
    "throughput": measure_throughput,
    "overload": measure_overload,
    "redis": measure_redis,
    "faults": measure_faults,
    "memory": measure_memory,
}
_learned: list[Ask] = []
_started: list[subprocess.Popen[str]] = []


def _right(run: Run) -> list[Ask]:
    """Learn once what is right: by all evidence, and what who asks in more or less of a crowd is told."""
    if not _learned:
        requests = [photo_request("/v1/search", photo) for photo in run.photos]
        told = []
        for weigh_ms in (None, "0.001", "0"):
            hurry = {} if weigh_ms is None else {"VISUALSEARCH_SEARCH__WEIGH_MS": weigh_ms}
            with served(run, hurry) as address:
                told.append(uvloop.run(learn(address, requests)))
        for request, answers in zip(requests, zip(*told, strict=True), strict=True):
            _learned.append(Ask(request, tuple(right for answer in answers for right in answer.right)))
    return _learned


async def _closed(run: Run, address: str, requests: Sequence[bytes]) -> Outcome:
    return await closed_loop(address, await learn(address, requests), 200, run.requests)


async def _while_killing(run: Run, address: str, environment: Mapping[str, str]) -> Outcome:
    """Kill a second worker ten times while the first goes on."""
    asks = _right(run)
    is_over = asyncio.Event()

    def kill_one() -> None:
        with _worker(run, environment) as worker:
            time.sleep(1)  # under load
            worker.send_signal(signal.SIGKILL)

    async def kill() -> None:
        for _ in range(10):
            await asyncio.to_thread(kill_one)
        is_over.set()

    return await _loops_until(address, asks, kill(), is_over)


async def _while_restarting(run: Run, address: str, port: int) -> Outcome:
    """Stop Redis for a moment, three times; it forgets everything."""
    asks = _right(run)
    is_over = asyncio.Event()

    async def restart() -> None:
        for _ in range(3):
            await asyncio.sleep(1)
            await asyncio.to_thread(_restart_redis, port)
        await asyncio.sleep(1)
        is_over.set()

    return await _loops_until(address, asks, restart(), is_over)


async def _loops_until(address: str, asks: Sequence[Ask], trouble: object, is_over: asyncio.Event) -> Outcome:
    assert asyncio.iscoroutine(trouble)
    making = asyncio.create_task(trouble)
    whole = Outcome()
    while not is_over.is_set():
        outcome = await closed_loop(address, asks, 64, 256)
        whole.wrong += outcome.wrong
        for status, times in outcome.latencies.items():
            whole.latencies.setdefault(status, []).extend(times)
    await making
    return whole


def _told(what: str, outcome: Outcome) -> dict[str, object]:
    return {
        f"{what}, answers/s": {"measured": round(outcome.per_s, 1)},
        f"{what}, errors and wrong answers": {"measured": _faults(outcome), "to reach": "0"},
        f"{what}, p50 / p99, ms": {"measured": f"{outcome.ms(200, 0.5)} / {outcome.ms(200, 0.99)}"},
        f"{what}, share answered in a hurry": {
            "measured": round(outcome.hurried / max(1, len(outcome.latencies.get(200, ()))), 2)
        },
    }


def _faults(outcome: Outcome) -> str:
    """Count what was not answered rightly, and say with which status."""
    others = {status: count for status, count in outcome.statuses.items() if status != 200}
    return f"{outcome.wrong + sum(others.values())}{f' {others}' if others else ''}"


def _shares(outcome: Outcome) -> str:
    statuses = outcome.statuses
    answered, refused = statuses.pop(200, 0), statuses.pop(429, 0)
    return f"{answered} / {refused} / {statuses or 0}"


def _index(shop: Path) -> Path:
    command = [*PROGRAM, "index", str(data_folder() / "amazon" / "products.csv"), "--shop", str(shop)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return shop


def _alone(run: Run, rate: str) -> float:
    """Measure a rate, such as the bare pipeline's, in a process of its own."""
    script = (
        "from pathlib import Path; import load_peers;"
        "from serving import photo_of; from machine import data_folder;"
        f"paths = sorted((data_folder() / 'furniture').rglob('*.jpg'))[:{PHOTOS}];"
        f"shop, photos = Path({str(run.shop)!r}), [photo_of(path) for path in paths];"
        f"print('per_s', {rate})"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **ENVIRONMENT, **BY_LOOK},
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent,
    )
    return float(done.stdout.rpartition(" ")[2])


@contextmanager
def served(run: Run, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """Serve the shop for the length of a block, and give its address."""
    command = [*PROGRAM, "serve", "--shop", str(run.shop), "--port", "0"]
    with _process(command, "http://", environment) as line:
        yield re.findall(r"http://\S+", line)[0]


@contextmanager
def _worker(run: Run, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    with _process([*PROGRAM, "work", "--shop", str(run.shop)], "Working", environment):
        yield _started[-1]


@contextmanager
def _process(command: list[str], sign: str, environment: Mapping[str, str] | None) -> Iterator[str]:
    """Run a program for the length of a block, from when it has said that it is ready."""
    with (
        tempfile.TemporaryFile("w+") as log,
        subprocess.Popen(
            command, stderr=log, text=True, env={**os.environ, **ENVIRONMENT, **(environment or {})}
        ) as process,
    ):
        _started.append(process)
        try:
            while True:
                log.seek(0)
                said = log.read()
                if sign in said:
                    break
                if process.poll() is not None:
                    raise SystemExit(f"expected {command} to start, found: {said}")
                time.sleep(0.1)
            yield said
        finally:
            _started.remove(process)
            process.terminate()


@dataclass(frozen=True)
class Peer:
    """Another's server, with our model and the shop's vectors."""

    request: Callable[[bytes], bytes]
    """Writes a search by a photo."""
    command: Sequence[str]
    """Takes the shop and the port, and then the arguments."""
    arguments: Sequence[str] = ()


PEERS_PYTHON = str(Path(__file__).parents[1] / ".venv/peers/bin/python")
PLAIN_REQUEST = partial(photo_request, "/search")
PLAIN = [sys.executable, "load_peers.py"]
PEERS = {
    "the plain server, the same int8 model": Peer(PLAIN_REQUEST, PLAIN, ["int8"]),
    "the plain server, the model in float32": Peer(PLAIN_REQUEST, PLAIN, ["float32"]),
    "txtai's server, the same int8 model": Peer(base64_request, [PEERS_PYTHON, "-m", "peers.txtai_server"]),
}
LONE = 200
"""Requests of a client that is alone."""


@contextmanager
def _peer(run: Run, peer: Peer) -> Iterator[str]:
    port = _free_port()
    command = [*peer.command, str(run.shop), str(port), *peer.arguments]
    with subprocess.Popen(command, env={**os.environ, **ENVIRONMENT}, cwd=Path(__file__).parent) as process:
        try:
            _wait_for(port, process)
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.kill()


@contextmanager
def _redis() -> Iterator[tuple[dict[str, str], int]]:
    port = _free_port()
    _start_redis(port)
    try:
        yield {"VISUALSEARCH_QUEUE__REDIS_URL": f"redis://127.0.0.1:{port}/0", **PATIENT}, port
    finally:
        _redis_servers.pop(port).kill()


_redis_servers: dict[int, subprocess.Popen[bytes]] = {}


def _start_redis(port: int) -> None:
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    _redis_servers[port] = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _wait_for(port, _redis_servers[port])


def _restart_redis(port: int) -> None:
    server = _redis_servers.pop(port)
    server.kill()
    server.wait()
    _start_redis(port)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"expected {process.args!r} to listen, found that it has ended")


def _resident_mib(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


if __name__ == "__main__":
    main()
