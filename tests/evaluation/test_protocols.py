"""Protocols, ranked by vectors whose neighbours are known."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from visualsearch.domain import Pixels, Vectors
from visualsearch.evaluation.colours import embed_colours
from visualsearch.evaluation.duplicates import difference_hash, duplicates
from visualsearch.evaluation.measure import Pictures, Ranking, metrics
from visualsearch.evaluation.sets import Protocol, Source, instance_protocols, protocols
from visualsearch.evaluation.split import is_held_out


def embed_mean(pictures: Sequence[Pixels]) -> Vectors:
    """See nothing but the mean colour of what is not ground."""
    means = np.stack([255.0 - pixels.mean(axis=(0, 1)) for pixels in pictures]).astype(np.float32)
    means /= np.linalg.norm(means, axis=1, keepdims=True)
    return means


@pytest.fixture(scope="module")
def pictures(drawn_data: Path) -> Pictures:
    return Pictures(protocols(drawn_data))


def test_every_protocol_asks_for_what_its_gallery_has(drawn_data: Path) -> None:
    for protocol in protocols(drawn_data):
        assert protocol.queries
        assert set(protocol.wanted) <= set(protocol.labels)
        assert len(protocol.gallery) == len(protocol.labels) == len(set(protocol.gallery))
        for source, place in zip(protocol.queries, protocol.left_out, strict=True):
            assert place == -1 or protocol.gallery[place] == source


def test_made_photos_are_of_held_out_products_on_held_out_scenes(drawn_data: Path) -> None:
    made = [one for one in instance_protocols(drawn_data) if one.name.startswith("self-made")]
    assert len(made) == 3
    for source in (source for one in made for source in one.queries):
        assert source.scene is not None
        assert is_held_out(source.path.stem)
        assert is_held_out(source.scene.stem)
        assert (source.pixels() == source.pixels()).all()


def test_a_picture_never_finds_itself_and_ranks_are_of_falling_score(pictures: Pictures) -> None:
    seen = pictures.embed(embed_colours)
    for protocol in pictures.protocols:
        ranking = pictures.rank(protocol, seen)
        assert (ranking.scores[:, 1:] <= ranking.scores[:, :-1]).all()
        for number, place in enumerate(protocol.left_out):
            finite = np.isfinite(ranking.scores[number])
            assert place == -1 or place not in ranking.places[number][finite]


def test_metrics_count_the_right_labels() -> None:
    ranking = Ranking(
        places=np.array([[0, 1, 2] + [3] * 97, [1, 0, 2] + [3] * 97]),
        scores=np.zeros((2, 100), np.float32),
        is_right=np.array([[True] + [False] * 99, [False, True] + [False] * 98]),
        right_counts=np.array([1, 1]),
        groups=np.array([0, 1]),
        seconds=np.zeros(2),
    )
    found = metrics(ranking)
    assert found["R@1"].value == 0.5
    assert found["R@5"].value == 1
    assert found["mAP@100"].value == pytest.approx(0.75)


def test_stored_neighbours_give_the_same_metrics(pictures: Pictures, tmp_path: Path) -> None:
    ranking = pictures.rank(pictures.protocols[0], pictures.embed(embed_mean))
    ranking.save(tmp_path / "kept.npz")
    assert metrics(Ranking.load(tmp_path / "kept.npz")) == metrics(ranking)


def test_a_near_identical_picture_under_another_id_is_right(tmp_path: Path, drawn_data: Path) -> None:
    given = drawn_data / "amazon/images/amazon-000.jpg"
    copy = tmp_path / "copy.jpg"
    copy.write_bytes(given.read_bytes())
    other = drawn_data / "amazon/images/amazon-001.jpg"
    gallery = (Source(given), Source(copy), Source(other))
    protocol = Protocol("copies", (Source(given),), ("a",), gallery, ("a", "b", "c"), (0,))
    pictures = Pictures([protocol])
    seen = pictures.embed(embed_mean)
    assert not pictures.rank(protocol, seen).is_right.any()
    assert pictures.find_duplicates(seen) == 1
    ranking = pictures.rank(protocol, seen)
    assert protocol.labels[ranking.places[0, 0]] == "b"
    assert ranking.is_right[0].tolist() == [True] + [False] * 99


def test_duplicates_need_both_hash_and_vector(drawn_data: Path) -> None:
    shown = [Source(drawn_data / f"amazon/images/amazon-00{n}.jpg").pixels() for n in (0, 0, 1)]
    hashes = np.stack([difference_hash(pixels) for pixels in shown])
    assert duplicates(hashes, embed_mean(shown)).tolist() == [[0, 1]]
    assert not len(duplicates(hashes, np.eye(3, dtype=np.float32)))


def test_a_histogram_finds_the_same_colours_whatever_their_places() -> None:
    red, blue = (np.full((8, 8, 3), colour, np.uint8) for colour in ((200, 20, 20), (20, 20, 200)))
    vectors = embed_colours([np.vstack([red, blue]), np.vstack([blue, red]), red])
    assert vectors[0] @ vectors[1] == pytest.approx(1)
    assert vectors[0] @ vectors[2] < 0.8
