"""The real program in processes of its own."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

PROGRAM = [sys.executable, "-m", "visualsearch"]


def run_program(*arguments: str | Path, timeout_s: float = 120) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    command = [*PROGRAM, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=timeout_s, check=False)


def run_json(*arguments: str | Path) -> dict[str, Any]:
    """Run a command that must succeed, and read what it prints for machines."""
    done = run_program(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    printed = json.loads(done.stdout)
    assert isinstance(printed, dict)
    return printed


class Server:
    """``visualsearch serve`` in a process of its own, and a client to ask it."""

    def __init__(self, shop: Path, *flags: str, environment: Mapping[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [*PROGRAM, "serve", "--shop", str(shop), "--port", "0", *flags],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **(environment or {})},
        )
        self.log: list[str] = []
        self.address = self._announced()
        self.client = httpx.Client(base_url=self.address, timeout=60)
        # Nobody reading the pipe would stop the server once the pipe is full.
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def search(self, picture: bytes, **fields: str) -> list[dict[str, Any]]:
        """Search by a picture, and give the hits."""
        answer = self.client.post("/v1/search", files={"picture": picture}, data=fields)
        answer.raise_for_status()
        hits = answer.json()["hits"]
        assert isinstance(hits, list)
        return hits

    def stop(self) -> int:
        """Stop it as an operator would, and give its exit code."""
        self.process.terminate()
        return self._end()

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self._end()

    def _end(self) -> int:
        code = self.process.wait(timeout=60)
        self._reader.join()
        self.client.close()
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code

    def _announced(self) -> str:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.log.append(line)
            if "http://" in line:
                return line[line.index("http://") :].strip()
        raise AssertionError("serve ended before it listened: " + "".join(self.log))

    def _read(self) -> None:
        assert self.process.stderr is not None
        self.log.extend(self.process.stderr)


@contextmanager
def serving(shop: Path, *flags: str, environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Serve for the length of a block, and stop cleanly."""
    server = Server(shop, *flags, environment=environment)
    try:
        yield server
    except BaseException:
        server.kill()
        raise
    assert server.stop() == 0, "".join(server.log)


@contextmanager
def working(shop: Path, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Let a worker work for the length of a block, from when it is at work."""
    process = subprocess.Popen(
        [*PROGRAM, "work", "--shop", str(shop)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    assert process.stderr is not None
    with process:
        line = process.stderr.readline()
        assert line.startswith("Working"), line + process.stderr.read()
        try:
            yield process
        finally:
            process.kill()
