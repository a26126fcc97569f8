"""The command line as a user meets it."""

import csv
import json
import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from drawings import draw, make_catalogue, side_by_side
from processes import PROGRAM, run_json, run_program


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue of forty drawings, made searchable."""
    folder = tmp_path_factory.mktemp("cli")
    run_json("index", make_catalogue(folder, 40), "--shop", folder / "shop")
    return folder / "shop"


def test_a_picture_finds_its_product_first_and_a_product_finds_others(shop: Path, tmp_path: Path) -> None:
    picture = tmp_path / "asked.jpg"
    picture.write_bytes(draw(11))

    by_picture = run_json("search", picture, "--no-detect", "--shop", shop, "--limit", "3")
    by_product = run_json("search", "p11", "--shop", shop, "--limit", "3")

    assert by_picture["hits"][0]["product"]["id"] == "p11"
    assert by_picture["hits"][0]["score"] > 0.999
    assert len(by_product["hits"]) == 3
    assert "p11" not in [hit["product"]["id"] for hit in by_product["hits"]]


def test_a_box_searches_that_part_alone(shop: Path, tmp_path: Path) -> None:
    two = tmp_path / "two.png"
    two.write_bytes(side_by_side(3, 4))

    for box, product in (("0,0,0.5,1", "p3"), ("0.5,0,1,1", "p4")):
        found = run_json("search", two, "--shop", shop, "--box", box, "--limit", "1")
        assert found["hits"][0]["product"]["id"] == product
        assert list(found["box"].values()) == [float(side) for side in box.split(",")]


def test_an_unchanged_catalogue_is_not_looked_at_again_and_a_changed_picture_is(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, 30)
    shop = tmp_path / "shop"
    first = run_json("index", catalogue, "--shop", shop)
    again = run_json("index", catalogue, "--shop", shop)
    (tmp_path / "drawn" / "5.jpg").write_bytes(draw(999))
    changed = run_json("index", catalogue, "--shop", shop)

    assert (first["stored"], first["looked"]) == (30, 30)
    assert (again["stored"], again["unchanged"], again["looked"]) == (0, 30, 0)
    assert (changed["stored"], changed["looked"]) == (1, 1)


def test_failed_pictures_are_reported_passed_over_and_taken_up_by_retry(tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, 10)
    good = (tmp_path / "drawn" / "3.jpg").read_bytes()
    (tmp_path / "drawn" / "3.jpg").unlink()
    (tmp_path / "drawn" / "4.jpg").write_bytes(b"<html>not found</html>")
    shop = tmp_path / "shop"

    first = run_json("index", catalogue, "--shop", shop)
    failed = {row["product"]: row["code"] for row in _failures(shop)}
    (tmp_path / "drawn" / "3.jpg").write_bytes(good)
    retried = run_json("index", catalogue, "--shop", shop, "--retry")

    assert (first["looked"], first["failed_pictures"]) == (8, 2)
    assert failed == {"p3": "not-found", "p4": "not-a-picture"}
    assert (retried["looked"], retried["failed_pictures"]) == (1, 1)
    assert [row["product"] for row in _failures(shop)] == ["p4"]


def test_two_hundred_malformed_lines_and_pictures_are_failures_among_the_good(tmp_path: Path) -> None:
    dice = random.Random(5)
    pictures = tmp_path / "drawn"
    pictures.mkdir()
    lines: list[bytes] = []
    for number in range(200):
        (pictures / f"{number}.jpg").write_bytes(_damage(dice, draw(number)))
        line = json.dumps(
            {"parent_asin": f"p{number}", "title": "x", "images": [{"large": f"drawn/{number}.jpg"}]}
        )
        lines += [line.encode(), _damage_line(dice, line.replace(f"p{number}", f"bad{number}").encode())]
    (pictures / "good.jpg").write_bytes(draw(1000))
    lines.append(json.dumps({"parent_asin": "good", "images": [{"large": "drawn/good.jpg"}]}).encode())
    catalogue = tmp_path / "products.jsonl"
    catalogue.write_bytes(b"\n".join(lines))
    shop = tmp_path / "shop"

    summary = run_json("index", catalogue, "--shop", shop, "--format", "amazon2023")

    failures = _failures(shop)
    assert summary["failed_lines"] >= 150
    assert summary["failed_pictures"] >= 100
    assert all(row["code"] and row["message"] and row["subject"] for row in failures)
    assert run_json("search", pictures / "good.jpg", "--shop", shop)["hits"][0]["product"]["id"] == "good"


def test_delete_takes_products_out_of_search(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    run_json("index", make_catalogue(tmp_path, 6), "--shop", shop)

    assert run_program("delete", "p1", "p2", "--shop", shop).returncode == 0

    found = run_json("search", tmp_path / "drawn" / "1.jpg", "--shop", shop)
    assert {hit["product"]["id"] for hit in found["hits"]} == {"p0", "p3", "p4", "p5"}
    missing = run_program("delete", "p1", "--shop", shop)
    assert (missing.returncode, "p1" in missing.stderr) == (2, True)


def test_evaluate_prints_every_metric_with_its_interval(shop: Path, tmp_path: Path) -> None:
    for number in range(12):
        (tmp_path / f"{number}.jpg").write_bytes(draw(number))
    truth = tmp_path / "truth.csv"
    truth.write_text("picture,product\n" + "".join(f"{number}.jpg,p{number}\n" for number in range(12)))

    printed = run_program("evaluate", truth, "--shop", shop)

    assert printed.returncode == 0, printed.stderr
    for metric in ("R@1", "R@5", "R@10", "P@10", "mAP"):
        assert metric in printed.stdout


def test_doctor_pushes_a_picture_through_everything() -> None:
    facts = run_json("doctor")

    assert {"open_s", "ingest_s", "decode_s", "look_s", "search_s"} <= facts["trial"].keys()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["search", "p0", "--shop", "nowhere"], "visualsearch index"),
        (["index", "nowhere.csv"], "nowhere.csv"),
        (["index", "nowhere.csv", "--columns", "asin"], "id=asin"),
        (["search", "p0", "--box", "1,2,3"], "left,top,right,bottom"),
        (["serve", "--port", "99999"], "port"),
        (["search"], "or --words"),
        (["evaluate", "nowhere.csv"], "nowhere.csv"),
    ],
)
def test_misuse_is_told_in_words_with_exit_code_two(arguments: list[str], said: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [*PROGRAM, *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=True)
    yield disk
    subprocess.run(["umount", disk], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a small disk")
def test_a_full_disk_ends_with_a_clear_error_and_loses_nothing(small_disk: Path, tmp_path: Path) -> None:
    catalogue = make_catalogue(tmp_path, 400)
    shop = small_disk / "shop"

    full = run_program("index", catalogue, "--shop", shop)
    subprocess.run(["mount", "-o", "remount,size=200m", small_disk], check=True)
    kept = run_json("info", "--shop", shop)["products"]
    done = run_json("index", catalogue, "--shop", shop)

    assert full.returncode == 1
    assert "Traceback" not in full.stderr
    assert "room" in full.stderr
    assert done["unchanged"] == kept
    assert done["holds"]["products"] == 400


def _failures(shop: Path) -> list[dict[str, str]]:
    with (shop / "failures.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _damage(dice: random.Random, picture: bytes) -> bytes:
    """Cut, overwrite or replace a picture's bytes."""
    match dice.randrange(3):
        case 0:
            return picture[: dice.randrange(len(picture) // 2)]
        case 1:
            spoilt = bytearray(picture)
            for _ in range(60):
                spoilt[dice.randrange(len(spoilt))] = dice.randrange(256)
            return bytes(spoilt)
        case _:
            return dice.randbytes(500)


def _damage_line(dice: random.Random, line: bytes) -> bytes:
    """Cut a line, nest it too deep, or put bytes into it that do not belong there."""
    match dice.randrange(3):
        case 0:
            return line[: dice.randrange(2, len(line) - 2)]
        case 1:
            return b"[" * 5000 + line
        case _:
            place = dice.randrange(len(line) // 2)
            return line[:place] + b"\xff\x00" + line[place:]
