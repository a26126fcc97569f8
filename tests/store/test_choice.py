"""A shop's choice of model is the old one or the new one, whole."""

from pathlib import Path

import pytest

from visualsearch.errors import StorageFull, StoreCorrupt
from visualsearch.store.choice import CHOICE, Choice, Named, read_choice, write_choice

FIRST = Choice(present=Named(card="models/a.json", eye="a-1"))
SECOND = Choice(present=Named(card="/b.json", eye="b-1"), previous=FIRST.present)


def test_what_was_chosen_last_is_read(tmp_path: Path) -> None:
    assert read_choice(tmp_path) is None
    for choice in (FIRST, SECOND):
        write_choice(tmp_path, choice)
        assert read_choice(tmp_path) == choice
    assert [path.name for path in tmp_path.iterdir()] == [CHOICE]


@pytest.mark.parametrize("found", ["", "{", '{"present": {"card": 1}}', '{"other": 1}'])
def test_a_damaged_choice_is_told_of(tmp_path: Path, found: str) -> None:
    (tmp_path / CHOICE).write_text(found, encoding="utf-8")
    with pytest.raises(StoreCorrupt, match="models use NAME"):
        read_choice(tmp_path)


def test_a_folder_that_is_not_there_is_told_of(tmp_path: Path) -> None:
    with pytest.raises(StorageFull, match=r"model\.json"):
        write_choice(tmp_path / "none", FIRST)
