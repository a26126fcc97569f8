"""The shipped words, told of the demo's catalogue pictures, and whose vectors they are told from."""

from pathlib import Path

import numpy as np
import pytest

from visualsearch.errors import WeightsMismatch
from visualsearch.pictures.decode import decode
from visualsearch.vision.embed import DEFAULT_CARD, Embedder
from visualsearch.vision.kinds import LEAST_SURE
from visualsearch.vision.shop_words import CARD, ShopWords
from visualsearch.vision.weights import MODELS, checked_model, read_card

PICTURES = Path(__file__).parents[2] / "demo" / "pictures"
TOLD = {"chair": "chair", "sneaker": "shoes", "t_shirt": "shirt", "lamp": "lamp", "sunglasses": "sunglasses"}
UNTOLD = ("book", "phone", "tin", "headphones")


@pytest.fixture(scope="module")
def words() -> ShopWords:
    packaged = ShopWords.packaged_for(read_card(DEFAULT_CARD))
    assert packaged is not None
    return packaged


def tell(words: ShopWords, embedder: Embedder, kind: str) -> list[str]:
    """Tell the words for a dozen products of a kind, "" where none is sure."""
    files = sorted(PICTURES.glob(f"{kind}-*-main.jpg"))[:12]
    vectors = embedder.embed([decode(file.read_bytes()).pixels for file in files])
    told = [words.tell(vector) for vector in vectors]
    assert all(LEAST_SURE <= one.probability <= 1 for kinds in told for one in kinds)
    return [kinds[0].name if kinds else "" for kinds in told]


@pytest.mark.parametrize(("kind", "word"), TOLD.items())
def test_most_products_of_a_kind_are_told_and_none_wrongly(
    words: ShopWords, embedder: Embedder, kind: str, word: str
) -> None:
    told = tell(words, embedder, kind)
    assert told.count(word) >= 6
    assert set(told) <= {word, ""}


@pytest.mark.parametrize("kind", UNTOLD)
def test_what_no_word_names_is_not_told(words: ShopWords, embedder: Embedder, kind: str) -> None:
    assert set(tell(words, embedder, kind)) == {""}


def test_each_row_of_probabilities_sums_to_1_and_its_last_is_that_no_word_fits(words: ShopWords) -> None:
    vectors = np.random.default_rng(0).normal(size=(5, 384)).astype(np.float32)
    told = words.probabilities(vectors)
    assert told.shape == (5, len(words.card.names) + 1)
    assert told.sum(axis=1) == pytest.approx(np.ones(5), abs=1e-5)


def test_another_eye_has_no_words() -> None:
    assert ShopWords.packaged_for(read_card(MODELS / "lite0-imagenet-int8.json")) is None


def test_the_card_names_the_shipped_embedder_and_tells_nothing_of_a_machine(words: ShopWords) -> None:
    assert words.card.embedder == checked_model(DEFAULT_CARD)[1].sha256
    assert words.card.licence.startswith("Apache-2.0")
    assert words.card.measured
    assert words.card.size_bytes < 50_000
    for trace in (b".py", b"/home/", b"/root/", b"/tmp/"):
        assert trace not in CARD.with_name(words.card.file).read_bytes()


def test_another_file_than_the_cards_is_refused(tmp_path: Path) -> None:
    card = tmp_path / CARD.name
    card.write_bytes(CARD.read_bytes())
    data = bytearray(CARD.with_suffix(".onnx").read_bytes())
    data[-1] ^= 1
    (tmp_path / "shop-words.onnx").write_bytes(data)
    with pytest.raises(WeightsMismatch, match=r"shop-words\.onnx"):
        ShopWords(card)
