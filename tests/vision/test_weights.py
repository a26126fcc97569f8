"""A model file that is not the one its card names is never loaded."""

import hashlib
from pathlib import Path

import pytest

from visualsearch.errors import WeightsMismatch
from visualsearch.vision.embed import Embedder
from visualsearch.vision.weights import checked_model, packaged, read_card

MODELS = {"lite0-imagenet-int8": 1280, "lite0-products-int8": 384}


@pytest.mark.parametrize(("name", "dimension"), MODELS.items())
def test_a_packaged_model_is_the_one_that_its_card_names(name: str, dimension: int) -> None:
    path, card = packaged(name)
    data = path.read_bytes()
    assert card.sha256 == hashlib.sha256(data).hexdigest()
    assert card.size_bytes == len(data) < 8_000_000
    assert card.licence.startswith("Apache-2.0")
    assert card.measured
    assert card.dimension == dimension


@pytest.mark.parametrize("name", MODELS)
def test_a_packaged_model_tells_nothing_of_the_machine_it_was_made_on(name: str) -> None:
    path, _ = packaged(name)
    for trace in (b".py", b"/home/", b"/root/", b"/tmp/", str(Path(__file__).parents[2]).encode()):
        assert trace not in path.read_bytes()


def test_an_unknown_name_is_a_mismatch_that_names_the_file() -> None:
    with pytest.raises(WeightsMismatch, match=r"no-such-model\.json.*install visualsearch again"):
        packaged("no-such-model")


@pytest.mark.parametrize("place", [0, 1_000_000, -1])
def test_a_flipped_bit_is_found_before_the_model_is_loaded(shipped_copy: Path, place: int) -> None:
    model = shipped_copy.parent / read_card(shipped_copy).file
    data = bytearray(model.read_bytes())
    data[place] ^= 1
    model.write_bytes(data)
    with pytest.raises(WeightsMismatch, match="expected 5984487 bytes with sha256"):
        Embedder(shipped_copy)


@pytest.mark.parametrize("length", [0, 100, 5_984_486])
def test_a_cut_file_is_found(shipped_copy: Path, length: int) -> None:
    model = shipped_copy.parent / read_card(shipped_copy).file
    model.write_bytes(model.read_bytes()[:length])
    with pytest.raises(WeightsMismatch, match=f"found {length} bytes"):
        checked_model(shipped_copy)


def test_a_missing_file_is_found(shipped_copy: Path) -> None:
    (shipped_copy.parent / read_card(shipped_copy).file).unlink()
    with pytest.raises(WeightsMismatch, match="No such file"):
        checked_model(shipped_copy)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"name": "lite0"}', "\N{SNOWMAN}", "\x00\x01"])
def test_what_is_no_card_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "model.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WeightsMismatch, match="expected a model card"):
        read_card(path)


@pytest.mark.parametrize("file", ["../lite0.onnx", "/etc/passwd", "model.pkl", "a/b.onnx", ""])
def test_a_card_names_an_onnx_file_beside_itself_only(shipped_copy: Path, file: str) -> None:
    card = read_card(shipped_copy).model_copy(update={"file": file})
    shipped_copy.write_text(card.model_dump_json(), encoding="utf-8")
    with pytest.raises(WeightsMismatch, match="found file"):
        read_card(shipped_copy)
