"""A shop learns its kinds from the command line, and tells them over HTTP; in real processes."""

import csv
import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from processes import run_json, run_program, serving

pytest.importorskip("sklearn", reason="needs the kinds extra")


def draw(kind: str, number: int) -> bytes:
    """Draw a ball or a brick, coloured at random, on white."""
    random = np.random.default_rng(number)
    across, down = np.meshgrid(np.arange(160) - 80, np.arange(160) - 80)
    size = random.integers(40, 65)
    inside = across**2 + down**2 < size**2 if kind == "Balls" else (abs(across) < 25) & (abs(down) < size)
    pixels = np.full((160, 160, 3), 255, np.uint8)
    pixels[inside] = random.integers(0, 200, 3)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def catalogue(tmp_path: Path) -> Path:
    table = tmp_path / "products.csv"
    with table.open("w", newline="") as lines:
        rows = csv.writer(lines)
        rows.writerow(("id", "image", "title", "category"))
        for number in range(120):
            kind = ("Balls", "Bricks")[number % 2]
            (tmp_path / f"{number}.png").write_bytes(draw(kind, number))
            rows.writerow((f"p{number}", f"{number}.png", f"Thing {number}", kind if number < 110 else ""))
    return table


def test_a_shop_learns_its_kinds_and_tells_them(catalogue: Path) -> None:
    shop = catalogue.parent / "shop"
    run_json("index", catalogue, "--shop", shop)
    learned = run_json("train", "categories", "--shop", shop)
    assert learned["kinds"]["names"] == ["Balls", "Bricks"]
    assert learned["kinds"]["ensemble"]["accuracy"] > 0.8
    assert learned["tiers"]["close"] > learned["tiers"]["similar"]
    answer = run_json("search", catalogue.parent / "0.png", "--facet", "kind", "--shop", shop)
    kinds = [tag for tag in answer["tags"] if tag["field"] == "kind"]
    assert (kinds[0]["name"], kinds[0]["confidence"] > 0.5) == ("Balls", True)
    [tagged] = answer["facets"]
    assert set(tagged["values"]) <= {"Balls", "Bricks"}
    assert sum(tagged["values"].values()) > 0
    table = run_program("train", "categories", "--shop", shop)
    assert "forest alone" in table.stdout
    with serving(shop) as server:
        told = server.client.get("/v1/classify").json()
        assert told["kinds"] == ["Balls", "Bricks"]
        assert told["ensemble"]["products"] > 0

        def stages() -> list[str]:
            found = server.client.post("/v1/search", files={"picture": draw("Balls", 0)})
            return list(found.json()["seconds"])

        assert (stages() == ["remember"], stages()) == (False, ["remember"])
        (shop / "tiers.json").touch()
        assert stages() != ["remember"], "what was learned meanwhile counts"


def test_a_shop_without_categories_is_told_what_it_lacks(catalogue: Path) -> None:
    rows = [line.rpartition(",")[0] + "," for line in catalogue.read_text().splitlines()[1:]]
    catalogue.write_text("\n".join(["id,image,title,category", *rows]) + "\n")
    shop = catalogue.parent / "shop"
    run_json("index", catalogue, "--shop", shop)
    refused = run_program("train", "categories", "--shop", shop)
    assert refused.returncode == 2
    assert "at least two categories of 10 products each, found 0" in refused.stderr
