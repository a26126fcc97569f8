"""Where the pictures are, what machine this is, and where results go."""

import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"


def data_folder() -> Path:
    """Find the real pictures."""
    folder = Path(os.environ.get("VISUALSEARCH_DATA", ROOT / ".." / "shared" / "data")).resolve()
    if not folder.is_dir():
        raise SystemExit(f"Expected real pictures in {folder}, found none. Name them: VISUALSEARCH_DATA=…")
    return folder


def write(name: str, figures: dict[str, object]) -> None:
    """Print figures, and keep them with the machine's name as JSON."""
    for what, figure in figures.items():
        print(f"{name}: {what:44} {figure}")
    keep(name, figures, RESULTS / f"{name}.json")


def keep(name: str, figures: dict[str, object], path: Path) -> None:
    """Keep figures with the machine's name as JSON."""
    path.parent.mkdir(exist_ok=True)
    made = {
        "benchmark": name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _processor(),
        "cpus": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "figures": figures,
    }
    path.write_text(json.dumps(made, indent=2) + "\n")


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor()
