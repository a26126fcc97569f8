"""Any history of a store, beside a dictionary's."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from catalogues import ADAPTERS, HALF, Followed, Open, follow, ids, live, picture, seen, vector
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from visualsearch.domain import (
    Counts,
    Failure,
    Item,
    Product,
    ProductId,
    Record,
    Row,
    Sighting,
)


class StoreModel(RuleBasedStateMachine):
    """Does the same to a store and to a dictionary, with a follower that stops and goes on anywhere."""

    adapter: Open
    products = st.integers(0, 4).map(str)
    pictures = st.lists(st.integers(0, 5) | st.none(), max_size=4)

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = self.adapter(Path(self.folder.name))
        self.model: dict[str, Record] = {}
        self.known: dict[Row, Item] = {}
        self.rows = Followed()
        self.last = 0

    @rule(changed=st.dictionaries(products, pictures, min_size=1, max_size=3))
    def put(self, changed: Mapping[str, list[int | None]]) -> None:
        records = [
            Record(
                Product(ProductId(name), pictures=tuple(map(str, pictures))),
                tuple(
                    Sighting("gone", "", failure=Failure("not-found", "m", name))
                    if one is None
                    else Sighting(f"{one}.jpg", "", picture(one))
                    for one in pictures
                ),
            )
            for name, pictures in changed.items()
        ]
        named = {one for pictures in changed.values() for one in pictures if one is not None}
        views = {picture(one): seen(one, 1 + one % 2) for one in named}
        stored = self.store.views(list(views))
        self.store.put(records, {one: view for one, view in views.items() if one not in stored})
        self.model |= {one.product.id: one for one in records}

    @rule(names=st.lists(products, max_size=3))
    def delete(self, names: list[str]) -> None:
        assert self.store.delete(ids(*names)) == len(self.model.keys() & set(names))
        for name in names:
            self.model.pop(name, None)

    @rule(limit=st.integers(1, 5))
    def follow_a_little(self, limit: int) -> None:
        for change in self.store.changes(self.last, limit):
            if change.vector is None:
                self.rows.pop(change.row, None)
            else:
                self.rows[change.row] = change.vector
            self.last = change.number

    @rule()
    def open_again(self) -> None:
        self.store.close()
        self.store = self.adapter(Path(self.folder.name))

    @invariant()
    def holds_what_the_dictionary_holds(self) -> None:
        assert self.store.records(ids(*"01234")) == self.model
        sightings = [one for record in self.model.values() for one in record.sightings]
        rows = live(self.store)
        assert self.store.counts() == Counts(
            products=len(self.model),
            pictures=len({one.picture for one in sightings if one.picture}),
            failed_pictures=sum(one.failure is not None for one in sightings),
            rows=len(rows),
        )
        items = self.store.items(list(rows))
        expected = sorted(
            (name, one, view.box.right)
            for name, record in self.model.items()
            for one in {one.picture for one in record.sightings if one.picture}
            for view in seen(int(one), 1 + int(one) % 2)
        )
        assert sorted((item.product, item.picture, item.box.right) for item in items.values()) == expected
        for row, item in items.items():
            number = 10 * int(item.picture) + (item.box == HALF)
            assert np.allclose(rows[row], vector(number), atol=1e-3)
            assert self.known.setdefault(row, item) == item

    def teardown(self) -> None:
        if hasattr(self, "store"):
            follow(self.store, self.rows, self.last, limit=3)
            assert self.rows.keys() == live(self.store).keys()
            self.store.close()
            self.folder.cleanup()


def test_any_history_ends_as_it_does_for_a_dictionary(store_name: str) -> None:
    machine = type("Machine", (StoreModel,), {"adapter": staticmethod(ADAPTERS[store_name])})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=40, stateful_step_count=15, deadline=None)
    )
