"""Models by name: pulled from a hub, taken into use, rolled back, asked by words; all in real processes."""

import base64
import io
import json
import os
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from drawings import draw, make_catalogue
from PIL import Image
from processes import PROGRAM, Server, run_json, run_program, serving, working
from small_models import Hub, hub, picture_model, write_model

UNICOM = "/Qdrant/Unicom-ViT-B-32/resolve/main/model.onnx"
DINO = "/Xenova/dinov2-small/resolve/main/onnx/model.onnx"
PRODUCTS, ASKERS = 20, 2
LARGE = 25_000_000
"""The library writes ten megabytes at a time; what is less is lost with the connection."""


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub with one right and one wrong file, which the program takes for its mirror."""
    files = {UNICOM: picture_model(512, pad_bytes=LARGE), DINO: b"not what the catalogue says"}
    with hub(files) as made:
        monkeypatch.setenv("HF_ENDPOINT", made.address)
        monkeypatch.setenv("HF_HOME", str(tmp_path / "hub"))
        monkeypatch.setenv("VISUALSEARCH_MODELS__FOLDER", str(tmp_path / "models"))
        yield made


def colours(folder: Path) -> Path:
    """A catalogue of three plain pictures."""
    pictures = folder / "plain"
    pictures.mkdir(parents=True)
    lines = ["id,image"]
    for name, colour in {"red": (250, 5, 5), "green": (5, 250, 5), "blue": (5, 5, 250)}.items():
        buffer = io.BytesIO()
        Image.new("RGB", (64, 48), colour).save(buffer, "PNG")
        (pictures / f"{name}.png").write_bytes(buffer.getvalue())
        lines.append(f"{name},plain/{name}.png")
    path = folder / "plain.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def rows_by_eye(shop: Path) -> dict[str, int]:
    database = sqlite3.connect(shop / "catalogue.db")
    rows = dict(database.execute("SELECT eye, count(*) FROM items GROUP BY eye"))
    database.close()
    return rows


def listed(name: str, shop: Path) -> dict[str, object]:
    models = run_json("models", "list", "--shop", shop)["models"]
    [one] = [model for model in models if model["name"] == name]
    assert isinstance(one, dict)
    return one


def test_a_model_is_pulled_through_a_cut_and_used(served: Hub, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    run_json("index", make_catalogue(tmp_path, 5), "--shop", shop)
    assert not listed("unicom-b32", shop)["here"]
    served.cut_at = 15_000_000

    pulled = run_program("models", "pull", "unicom-b32")

    assert pulled.returncode == 0, pulled.stderr
    assert "No checksum was known" in pulled.stderr
    assert len(served.ranges) == 2
    assert int(served.ranges[-1].removeprefix("bytes=").rstrip("-")) > 1_000_000
    assert (tmp_path / "models/unicom-b32/unicom-b32.onnx").read_bytes() == served.files[UNICOM]
    used = run_program("models", "use", "unicom-b32", "--shop", shop)
    assert used.returncode == 0, used.stderr
    assert listed("unicom-b32", shop)["used"]
    assert run_json("info", "--shop", shop)["dimension"] == 512


def test_a_pull_that_was_killed_goes_on_where_it_stopped(served: Hub, tmp_path: Path) -> None:
    served.cut_at = 15_000_000
    served.stall.set()
    partial = tmp_path / "models/unicom-b32"
    with subprocess.Popen([*PROGRAM, "models", "pull", "unicom-b32"], stderr=subprocess.DEVNULL) as process:
        wait_for(lambda: sum(one.stat().st_size for one in partial.glob("*.partial")) > 1_000_000)
        process.kill()
    served.cut_at = None
    served.stall.clear()

    again = run_program("models", "pull", "unicom-b32")

    assert again.returncode == 0, again.stderr
    assert int(served.ranges[-1].removeprefix("bytes=").rstrip("-")) > 1_000_000
    assert (partial / "unicom-b32.onnx").read_bytes() == served.files[UNICOM]
    assert not list(partial.glob("*.partial"))


def test_a_file_with_another_checksum_is_deleted_and_told_of(served: Hub, tmp_path: Path) -> None:
    refused = run_program("models", "pull", "dinov2-s")
    assert refused.returncode == 1
    assert "sha256 83141175" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert list((tmp_path / "models/dinov2-s").iterdir()) == []
    assert served.ranges


def test_what_the_mirror_does_not_have_is_told_of(served: Hub) -> None:
    refused = run_program("models", "pull", "clip-b32")
    assert refused.returncode == 1
    assert "HF_ENDPOINT" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert served.ranges == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a small disk")
def test_a_disk_without_room_keeps_nothing(
    served: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=True)
    try:
        monkeypatch.setenv("VISUALSEARCH_MODELS__FOLDER", str(disk))
        refused = run_program("models", "pull", "unicom-b32")
        left = [path for path in disk.rglob("*") if path.is_file()]
    finally:
        subprocess.run(["umount", disk], check=True)
    assert refused.returncode == 1
    assert "room" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert left == []
    assert served.files


def test_using_a_model_killed_goes_on_and_rolls_back(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    run_json("index", make_catalogue(tmp_path, 300), "--shop", shop)
    before = run_json("info", "--shop", shop)
    card = write_model(tmp_path / "cards", "small", 7)
    command = [*PROGRAM, "models", "use", str(card), "--shop", str(shop)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        wait_for(lambda: len(rows_by_eye(shop)) > 1)
        process.kill()
    assert run_json("info", "--shop", shop)["model"] == before["model"]

    done = run_program(*command[len(PROGRAM) :])

    assert done.returncode == 0, done.stderr
    after = run_json("info", "--shop", shop)
    assert after["model"].startswith("small-")
    assert rows_by_eye(shop) == {before["model"]: 300, after["model"]: 300}
    [best, *_] = run_json("search", tmp_path / "drawn/7.jpg", "--no-detect", "--shop", shop)["hits"]
    assert best["score"] > 0.999
    back = run_program("models", "rollback", "--shop", shop)
    assert back.returncode == 0, back.stderr
    assert "0 pictures looked at" in back.stdout
    assert run_json("info", "--shop", shop)["model"] == before["model"]
    third = write_model(tmp_path / "cards", "third", 5)
    assert run_program("models", "use", third, "--shop", shop).returncode == 0
    assert after["model"] not in rows_by_eye(shop)


def test_what_a_server_takes_in_around_the_swap_is_found_by_the_new_model(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    run_json("index", make_catalogue(tmp_path, 40), "--shop", shop)
    card = write_model(tmp_path / "cards", "small", 7)
    with serving(shop) as server:
        command = [*PROGRAM, "models", "use", str(card), "--shop", str(shop)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
            number = 1000
            while process.poll() is None:
                put(server.client, number)
                number += 1
            assert process.returncode == 0
        put(server.client, number)
        [best, *_] = server.search(draw(number), limit="1")
        assert best["product"]["id"] == f"p{number}"

    info = run_json("info", "--shop", shop)
    assert info["model"].startswith("small-")
    assert info["rows"] == 40 + number - 999


@pytest.mark.parametrize("topology", ["one process", "a worker"])
def test_who_runs_follows_the_model_and_no_question_is_lost(
    request: pytest.FixtureRequest, tmp_path: Path, topology: str
) -> None:
    shop = tmp_path / "shop"
    run_json("index", make_catalogue(tmp_path, PRODUCTS), "--shop", shop)
    card = write_model(tmp_path / "cards", "small", 7)
    stranger = draw(1000)
    (tmp_path / "stranger.jpg").write_bytes(stranger)
    with ExitStack() as running:
        environment = {}
        if topology == "a worker":
            environment = {"VISUALSEARCH_QUEUE__REDIS_URL": request.getfixturevalue("redis_url")}
            running.enter_context(working(shop, environment))
        server = running.enter_context(serving(shop, environment=environment))
        old = scores(server.search(stranger, limit=str(PRODUCTS)))
        with ThreadPoolExecutor(ASKERS) as threads:
            stop = threading.Event()
            asking = [threads.submit(ask_until, stop, server, number) for number in range(ASKERS)]
            try:
                used = run_program("models", "use", card, "--shop", shop)
                assert used.returncode == 0, used.stderr
                found = run_json(
                    "search", tmp_path / "stranger.jpg", "--limit", str(PRODUCTS), "--shop", shop
                )
                new = scores(found["hits"])
                wait_for(lambda: scores(server.search(stranger, limit=str(PRODUCTS))) == new)
                put(server.client, 1000)
                [best, *_] = server.search(stranger)
            finally:
                stop.set()
            answered = [asked.result() for asked in asking]
    assert old != new
    assert best["product"]["id"] == "p1000"
    assert all(answered), "each asker was answered"


def ask_until(stop: threading.Event, server: Server, number: int) -> int:
    """Ask for products by their own pictures, and count the answers; fails with the first that is wrong."""
    answered = 0
    while not stop.is_set():
        number = (number + ASKERS) % PRODUCTS
        limit = PRODUCTS - answered % 10  # so that most are asked and not remembered
        hits = server.search(draw(number), limit=str(limit), detect="off")
        found = {hit["product"]["id"]: hit["score"] for hit in hits}
        assert found[f"p{number}"] > 0.999
        answered += 1
    return answered


def scores(hits: list[dict[str, Any]]) -> dict[str, float]:
    return {hit["product"]["id"]: round(hit["score"], 2) for hit in hits}


def test_words_find_pictures_where_the_model_knows_them(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    run_json("index", colours(tmp_path), "--shop", shop)
    assert run_json("search", "--words", "red", "--shop", shop)["found"] is False
    write_model(shop / "models", "tiny", 4, knows_words=True)
    assert run_program("models", "use", "tiny", "--shop", shop).returncode == 0
    assert json.loads((shop / "model.json").read_text())["present"]["card"] == "models/tiny.json"

    for word in ("red", "Green", "blue"):
        hits = run_json("search", "--words", word, "--shop", shop)["hits"]
        assert hits[0]["product"]["id"] == word.lower()
    both = run_json("search", tmp_path / "plain/red.png", "--words", "blue", "--shop", shop)["hits"]
    assert both[0]["product"]["id"] == "blue"

    with serving(shop) as server:
        for found in (
            server.client.post("/v1/search", json={"words": "blue"}),
            server.client.post("/v1/search", data={"words": "blue"}, files={"box": (None, b"")}),
        ):
            assert found.status_code == 200, found.text
            assert found.json()["hits"][0]["product"]["id"] == "blue"
        mixed = server.client.post("/v1/search", files={"picture": draw(1)}, data={"words": "red"})
        assert mixed.status_code == 200, mixed.text


def put(client: httpx.Client, number: int) -> None:
    source = "data:image/jpeg;base64," + base64.b64encode(draw(number)).decode()
    client.put(f"/v1/products/p{number}", json={"pictures": [source]}).raise_for_status()


def wait_for(happened: object) -> None:
    assert callable(happened)
    until = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < until, "nothing happened in a minute"
        time.sleep(0.02)
