"""A PostgreSQL cluster of our own, in a temporary folder and as an unprivileged user."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

Control: TypeAlias = Callable[[str], object]
"""Lets a cluster ``start`` or ``stop``, as a power cut would."""


@contextmanager
def running_postgres(*, is_durable: bool = False) -> Iterator[tuple[str, Control]]:
    """Start a cluster and give its address; raises FileNotFoundError where PostgreSQL is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    programs = found[-1].parent if found else Path(shutil.which("initdb") or "none").parent
    if not (programs / "initdb").is_file():
        raise FileNotFoundError(
            "expected PostgreSQL, found no such program; install it: apt-get install postgresql"
        )
    with tempfile.TemporaryDirectory() as folder:
        user: dict[str, Any] = {}
        if os.geteuid() == 0:  # which it refuses to be run by
            nobody = pwd.getpwnam("nobody")
            user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            os.chown(folder, nobody.pw_uid, nobody.pw_gid)

        def run(program: str, *arguments: str) -> None:
            command = [str(programs / program), "-D", f"{folder}/data", *arguments]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, **user)

        options = (
            f"-k {folder} -c listen_addresses= -c max_connections=200 -c fsync={'on' * is_durable or 'off'}"
        )

        def control(what: str) -> None:
            how = ("-o", options) if what == "start" else ("-m", "immediate")
            run("pg_ctl", "-w", "-l", f"{folder}/log", *how, what)

        run("initdb", "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C")
        control("start")
        try:
            yield f"postgresql://tester@/postgres?host={folder}", control
        finally:
            if Path(f"{folder}/data/postmaster.pid").exists():
                control("stop")
