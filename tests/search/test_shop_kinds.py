"""The kinds of a shop's rows follow its catalogue and its classifier."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from visualsearch.domain import ProductId, Row
from visualsearch.search.kinds import ShopKinds
from visualsearch.training.kinds import Page, gather, learn, write_classifier
from visualsearch.vision.kinds import KINDS

ROWS: dict[int, tuple[str, ...]] = {1: ("Lamps",), 2: ("Shoes", "Boots"), 4: (), 5: ("Toys",)}


def read(after: Row, limit: int) -> Sequence[tuple[Row, tuple[str, ...]]]:
    return [(Row(row), categories) for row, categories in sorted(ROWS.items()) if row > after][:limit]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    random = np.random.default_rng(0)
    kinds = random.integers(0, 2, 200)
    vectors = np.eye(2, 4)[kinds] + 0.2 * random.standard_normal((200, 4))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    categories = [(("Lamps",), ("Shoes",))[kind] for kind in kinds]
    page = Page([ProductId(str(one)) for one in range(200)], categories, vectors.astype(np.float32))
    lesson = gather(lambda: iter([page]))
    write_classifier(tmp_path, lesson, learn(lesson, lambda _, __: None), eye="eye", change=1, rows=200)
    return tmp_path


def test_kinds_of_rows_follow_what_comes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = ShopKinds(folder, "eye", read)()
    assert known is not None
    assert known.of(np.array([0, 1, 2, 4, 5, 99, -1])).tolist() == [-1, 0, 1, -1, -1, -1, -1]
    monkeypatch.setitem(ROWS, 9, ("Lamps", "New"))
    assert known.of(np.array([9, 1])).tolist() == [0, 0]
    told = known.tell(np.array([0, 1, 0, 0], np.float32), np.array([2, 1]), np.array([0.9, 0.2], np.float32))
    assert known.best(told, 1)[0].name == "Shoes"


def test_another_classifier_is_opened_and_a_broken_or_foreign_one_is_done_without(folder: Path) -> None:
    kinds = ShopKinds(folder, "eye", read)
    first = kinds()
    assert kinds() is first
    assert ShopKinds(folder, "another eye", read)() is None
    card = folder / KINDS
    card.write_text("broken")
    assert kinds() is None
    card.unlink()
    assert kinds() is None
