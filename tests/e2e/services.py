"""Servers of our own that tests and benchmarks start and kill: Redis, PostgreSQL, Milvus, Ray."""

import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

TESTS = Path(__file__).parents[1]
MILVUS = Path(__file__).parents[2] / ".milvus"
"""Where ``make`` puts a Milvus server."""
_STARTS_WITHIN_S = 120


class OwnServer:
    """A server in a temporary folder that survives its death."""

    _process: subprocess.Popen[bytes]

    def __init__(self) -> None:
        self._temporary = tempfile.TemporaryDirectory()  # pytest's folders are too long for a socket's name
        self.folder = Path(self._temporary.name)

    @property
    def process(self) -> int:
        """Name its process, whose children do the rest."""
        return self._process.pid

    def start(self) -> None:
        """Start it, and wait until it answers."""
        raise NotImplementedError

    def kill(self) -> None:
        """End it as a power cut would, if it runs."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        """End it, and remove its files."""
        self.kill()
        self._temporary.cleanup()


class RedisServer(OwnServer):
    """Redis, which keeps nothing."""

    def __init__(self) -> None:
        """Raise FileNotFoundError where Redis is not installed."""
        if not shutil.which("redis-server"):
            raise FileNotFoundError(
                "expected Redis, found no such program; install it: apt-get install redis-server"
            )
        super().__init__()
        self._socket = self.folder / "redis.sock"
        self.url = f"unix://{self._socket}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        command = ["redis-server", "--port", "0", "--unixsocket", str(self._socket), "--save", ""]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=self.folder)
        while not self._socket.exists():
            assert self._process.poll() is None, "expected a Redis server, found that it ended"
            time.sleep(0.01)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self._process.wait()
        self._socket.unlink(missing_ok=True)


class PostgresServer(OwnServer):
    """PostgreSQL, as an unprivileged user."""

    def __init__(self, *, is_durable: bool = False) -> None:
        """Make the files; raises FileNotFoundError where PostgreSQL is not installed."""
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
        self._programs = found[-1].parent if found else Path(shutil.which("initdb") or "none").parent
        if not (self._programs / "initdb").is_file():
            raise FileNotFoundError(
                "expected PostgreSQL, found no such program; install it: apt-get install postgresql"
            )
        super().__init__()
        self.url = f"postgresql://tester@/postgres?host={self.folder}"
        self._user: dict[str, Any] = {}
        if os.geteuid() == 0:  # which it refuses to be run by
            nobody = pwd.getpwnam("nobody")
            self._user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
        self._options = f"-k {self.folder} -c listen_addresses= -c max_connections=200"
        if not is_durable:
            self._options += " -c fsync=off"
        self._run("initdb", "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")

    @property
    def process(self) -> int:
        """Name its process, whose children do the rest."""
        return int((self.folder / "data" / "postmaster.pid").read_text().split()[0])

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._run("pg_ctl", "-w", "-l", f"{self.folder}/log", "-o", self._options, "start")

    def kill(self) -> None:
        """End it as a power cut would."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self._run("pg_ctl", "-w", "-m", "immediate", "stop")

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self._programs / program), "-D", f"{self.folder}/data", *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self.folder, **self._user)


class MilvusServer(OwnServer):
    """A standalone Milvus from PyPI."""

    def __init__(self) -> None:
        """Choose its ports; raises FileNotFoundError where it is not installed."""
        if not (MILVUS / "stamp").is_file():
            raise FileNotFoundError(
                "expected a Milvus server in .milvus, found none; install it: make .milvus/stamp"
            )
        super().__init__()
        self._port, etcd, peers, meters = _free_ports(4)
        self.uri = f"http://127.0.0.1:{self._port}"
        # Its starter looks for free ports at each start, and a client that is left from before takes one; so
        # it writes the settings once, and the server is started without it.
        settle = (
            "import sys; from milvus import MilvusServerConfig as Settings;"
            "Settings(data_dir=sys.argv[1], proxy_port=sys.argv[2], etcd_port=sys.argv[3]).resolve()"
        )
        arguments = [str(self.folder), str(self._port), str(etcd)]
        subprocess.run([str(MILVUS / "bin" / "python"), "-I", "-c", settle, *arguments], check=True)
        # Its own etcd would always take one and the same port for peers; and it need not survive a power cut.
        clients, others = f"http://127.0.0.1:{etcd}", f"http://127.0.0.1:{peers}"
        chosen = {
            "name": "one",
            "data-dir": str(self.folder / "etcd"),
            "unsafe-no-fsync": True,
            "listen-client-urls": clients,
            "advertise-client-urls": clients,
            "listen-peer-urls": others,
            "initial-advertise-peer-urls": others,
            "initial-cluster": f"one={others}",
        }
        (self.folder / "etcd.yaml").write_text(json.dumps(chosen))  # JSON is YAML
        programs = MILVUS / "unpacked" / "bin"
        self._command = [str(programs / "milvus"), "run", "standalone"]
        # A clock that ticks often, so that nobody waits for it; small segments compared whole, not guessed;
        # and one that was killed is taken for dead soon.
        self._environment = {
            "DEPLOY_MODE": "STANDALONE",
            "METRICS_PORT": str(meters),
            "MILVUS_RUN_DIR": str(self.folder / "run"),
            "LD_LIBRARY_PATH": str(programs),
            "ETCD_CONFIG_PATH": f"{self.folder}/etcd.yaml",
            "COMMON_SESSION_TTL": "10",
            "PROXY_TIMETICKINTERVAL": "20",
            "QUERYCOORD_DISTPULLINTERVAL": "50",
            "QUERYCOORD_CHECKINTERVAL": "100",
            "QUERYNODE_SEGCORE_INTERIMINDEX_ENABLEINDEX": "false",
        }

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with (self.folder / "output.txt").open("wb") as output:
            self._process = subprocess.Popen(
                self._command,
                stdout=output,
                stderr=output,
                env=os.environ | self._environment,
                cwd=self.folder,
            )
        give_up = time.monotonic() + _STARTS_WITHIN_S
        while not self._is_up():
            if time.monotonic() > give_up or self._process.poll() is not None:
                self.kill()
                said = (self.folder / "output.txt").read_text()[-2000:]
                raise RuntimeError(f"expected a Milvus server, found: {said}")
            time.sleep(0.1)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self._process.wait()

    def _is_up(self) -> bool:
        from pymilvus import MilvusClient, MilvusException  # noqa: PLC0415 (a second, for this alone)

        try:
            socket.create_connection(("127.0.0.1", self._port)).close()  # the client would log what it misses
            MilvusClient(self.uri, timeout=1).list_collections()
        except (OSError, MilvusException):
            return False
        return True


class RayCluster(OwnServer):
    """A Ray cluster of one machine that lends two CPUs; its workers import what is in tests/ as well."""

    def start(self) -> None:
        """Start it, and wait until it has an address."""
        program = [str(Path(sys.executable).with_name("ray")), "start", "--head", "--block", "--port=0"]
        program += ["--node-ip-address=127.0.0.1", "--num-cpus=2", "--object-store-memory=100000000"]
        program += ["--include-dashboard=false", "--include-log-monitor=false", "--disable-usage-stats"]
        quick = {
            # Workers that are killed for others' hunger for memory would hide those that a test kills.
            "RAY_memory_monitor_refresh_ms": "0",
            # On a busy machine its workers would starve, and it would take itself for dead.
            "RAY_worker_niceness": "0",
            "RAY_health_check_timeout_ms": "120000",
            "RAY_AUTH_MODE": "disabled",
            "PYTHONPATH": os.pathsep.join(str(TESTS / part) for part in ("contracts", "ingest")),
        }
        self._process = subprocess.Popen(
            [*program, f"--temp-dir={self.folder}"], stdout=subprocess.DEVNULL, env=os.environ | quick
        )
        address = self.folder / "ray_current_cluster"
        while not address.exists():
            assert self._process.poll() is None, "expected a Ray cluster, found that it ended"
            time.sleep(0.1)
        self.address = address.read_text().strip()

    def kill(self) -> None:
        """End it with its processes, which the first one sees to."""
        self._process.terminate()
        self._process.wait()


def _free_ports(count: int) -> list[int]:
    with ExitStack() as opened:
        sockets = [opened.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
