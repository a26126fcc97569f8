"""Measures how fast a catalogue is brought in, also on Ray, against the bare model in the same run."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from machine import ROOT, data_folder, write
from visualsearch.domain import Pixels
from visualsearch.pictures.decode import decode
from visualsearch.vision.embed import Embedder
from visualsearch.vision.session import Runtime

sys.path.append(str(ROOT / "tests" / "e2e"))

from services import RayCluster

SAMPLE = 512
ROUNDS = 2


def main() -> None:
    """Bring the amazon pictures in by each runtime, anew and once more, between runs of the bare model."""
    catalogue = data_folder() / "amazon" / "products.csv"
    pictures = sorted((catalogue.parent / "images").glob("*.jpg"))[:SAMPLE]
    decoded = [decode(path.read_bytes()).pixels for path in pictures]
    figures: dict[str, object] = {}
    with RayCluster() as cluster:
        for runtime in ("onnxruntime", "openvino"):
            figures |= _measure(runtime, catalogue, decoded, cluster.address)
    write("ingest", figures)


def _measure(runtime: Runtime, catalogue: Path, decoded: list[Pixels], cluster: str) -> dict[str, object]:
    embedder = Embedder(runtime=runtime)
    rates: list[float] = []
    runs: list[dict[str, float]] = []
    again: list[dict[str, float]] = []
    on_ray: list[float] = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        embedder.embed(decoded)
        rates.append(len(decoded) / (time.perf_counter() - started))
        with tempfile.TemporaryDirectory() as folder:
            runs.append(_index(runtime, catalogue, Path(folder) / "shop"))
            again.append(_index(runtime, catalogue, Path(folder) / "shop"))
            on_ray.append(_index(runtime, catalogue, Path(folder) / "ray", cluster)["pictures_per_s"])
    bare, rate = statistics.median(rates), statistics.median(run["pictures_per_s"] for run in runs)
    ray = statistics.median(on_ray)
    return {
        f"{runtime}: bare model, pictures/s": {"measured": round(bare)},
        f"{runtime}: index, the whole process, pictures/s": {"measured": round(rate)},
        f"{runtime}: index against bare model": {"measured": round(rate / bare, 3), "to reach": ">= 0.70"},
        f"{runtime}: index on Ray, the same CPUs, pictures/s": {"measured": round(ray)},
        f"{runtime}: index on Ray against by itself": {"measured": round(ray / rate, 3)},
        f"{runtime}: peak memory, MiB": {
            "measured": round(max(run["peak_mib"] for run in runs)),
            "to reach": "< 1024",
        },
        f"{runtime}: unchanged again, s": {
            "measured": round(statistics.median(run["seconds"] for run in again), 2),
            "to reach": "< 5",
        },
        f"{runtime}: unchanged again, pictures looked at": {
            "measured": sum(run["looked"] for run in again),
            "to reach": "0",
        },
    }


def _index(runtime: Runtime, catalogue: Path, shop: Path, cluster: str = "") -> dict[str, float]:
    """Run the command as a user does, and read its own summary and the system's account of it."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "visualsearch", "index", str(catalogue), "--shop", str(shop), "--json"]
    environment = {**os.environ, "VISUALSEARCH_VISION__RUNTIME": runtime}
    if cluster:
        environment["VISUALSEARCH_INGEST__RAY"] = cluster
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        summary = json.load(process.stdout)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    assert process.returncode == 0, f"index ended with {process.returncode}"
    return {
        "seconds": seconds,
        "looked": summary["looked"],
        "pictures_per_s": summary["looked"] / seconds,
        "peak_mib": usage.ru_maxrss / 1024,
    }


if __name__ == "__main__":
    main()
