"""Measures start, search and upsert over HTTP, as one client finds them, on 7,000 products."""

import base64
import io
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
from PIL import Image

from machine import data_folder, served, write

QUERIES = 400
UPSERTS = 30
STARTS = 3
SIDE = 500


def main() -> None:
    """Index the amazon pictures, then serve them and ask."""
    catalogue = data_folder() / "amazon" / "products.csv"
    photos = [photo_of(path) for path in sorted((data_folder() / "furniture").rglob("*.jpg"))[:QUERIES]]
    with tempfile.TemporaryDirectory() as folder:
        shop = Path(folder) / "shop"
        command = [sys.executable, "-m", "visualsearch", "index", str(catalogue), "--shop", str(shop)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        starts = []
        for _ in range(STARTS):
            started = time.perf_counter()
            with served(shop) as address, _client(address) as client:
                _search(client, photos[0])
                starts.append(time.perf_counter() - started)
        with served(shop) as address, _client(address) as client:
            searches = [_timed(partial(_search, client, photo)) for photo in photos]
            upserts = [_upsert_until_found(client, f"new-{n}", photos[n]) for n in range(UPSERTS)]
    write(
        "serving",
        {
            "start until first answer, s": {
                "measured": round(statistics.median(starts), 2),
                "to reach": "< 3",
            },
            "search p50, ms": {"measured": _ms(searches, 0.5), "to reach": "<= 25"},
            "search p99, ms": {"measured": _ms(searches, 0.99), "to reach": "<= 60"},
            "upsert asked until found p50, ms": {"measured": _ms(upserts, 0.5)},
            "upsert asked until found, slowest, ms": {"measured": _ms(upserts, 1.0), "to reach": "< 1000"},
        },
    )


def photo_of(path: Path) -> bytes:
    """Make a photo as a shopper's page sends it: 500 px JPEG."""
    picture = Image.open(path).convert("RGB")
    scale = SIDE / max(picture.size)
    size = round(picture.width * scale), round(picture.height * scale)
    buffer = io.BytesIO()
    picture.resize(size, Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=85)
    return buffer.getvalue()


def _client(address: str) -> httpx.Client:
    return httpx.Client(base_url=address, timeout=60)


def _search(client: httpx.Client, photo: bytes) -> list[str]:
    answer = client.post("/v1/search", files={"picture": photo}, data={"limit": 10})
    answer.raise_for_status()
    return [hit["product"]["id"] for hit in answer.json()["hits"]]


def _upsert_until_found(client: httpx.Client, product: str, photo: bytes) -> float:
    started = time.perf_counter()
    inline = "data:image/jpeg;base64," + base64.b64encode(photo).decode()
    client.put(f"/v1/products/{product}", json={"title": product, "pictures": [inline]}).raise_for_status()
    while product not in _search(client, photo):
        pass
    return time.perf_counter() - started


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _ms(seconds: list[float], share: float) -> float:
    """Give the value below which so large a share lies, in milliseconds."""
    return round(sorted(seconds)[min(len(seconds) - 1, int(share * len(seconds)))] * 1000, 1)


if __name__ == "__main__":
    main()
