"""Servers of several processes that share one vector index on a real Milvus server."""

import base64
from pathlib import Path

import pytest
from drawings import draw, make_catalogue
from processes import run_json, run_program, serving

pytestmark = pytest.mark.xdist_group("milvus")
PRODUCTS = 12


def test_what_one_server_takes_in_the_other_finds_and_a_filter_holds_for_both(
    tmp_path: Path, milvus_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUALSEARCH_INDEX__MILVUS_URI", milvus_uri)
    shop = tmp_path / "shop"
    run_json("index", make_catalogue(tmp_path, PRODUCTS), "--shop", shop)
    assert not (shop / "index.snapshot").exists()

    with serving(shop) as one, serving(shop) as other:
        inline = "data:image/jpeg;base64," + base64.b64encode(draw(500)).decode()
        one.client.put("/v1/products/new", json={"pictures": [inline], "brand": "Nova"}).raise_for_status()
        while other.client.get("/readyz").json()["products"] <= PRODUCTS:
            pass
        while other.search(draw(500))[0]["product"]["id"] != "new":
            pass  # it follows four times a second
        for server in (one, other):
            assert [hit["product"]["id"] for hit in server.search(draw(3), where="brand = Nova")] == ["new"]
        assert other.client.delete("/v1/products/new").status_code == 204
        assert "new" not in [hit["product"]["id"] for hit in one.search(draw(500))]

    assert run_json("info", "--shop", shop)["products"] == PRODUCTS


def test_a_server_that_is_not_there_is_told_of_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUALSEARCH_INDEX__MILVUS_URI", "http://me:secret@127.0.0.1:1")

    done = run_program("index", make_catalogue(tmp_path, 2), "--shop", tmp_path / "shop")

    assert done.returncode == 1
    assert "expected a Milvus server to answer at http://127.0.0.1:1" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr
