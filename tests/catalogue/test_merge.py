"""Rows that share an id."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualsearch.catalogue.merge import join_products, merge_products
from visualsearch.catalogue.scratch import insert_all, open_scratch
from visualsearch.domain import Failure, Product, ProductId
from visualsearch.errors import StorageFull

ROWS = st.lists(
    st.builds(
        Product,
        id=st.sampled_from("abc").map(ProductId),
        title=st.sampled_from(["", "One", "Two \U0001f600"]),
        categories=st.sampled_from([(), ("Home", "Chairs")]),
        price=st.sampled_from([None, 0.0, 5.5]),
        pictures=st.lists(st.sampled_from("123"), unique=True).map(tuple),
        attributes=st.dictionaries(st.sampled_from("xy"), st.sampled_from("12")),
    ),
    max_size=12,
)


@settings(deadline=None, max_examples=100)
@given(ROWS)
def test_merging_on_disk_is_joining_in_memory(rows: list[Product]) -> None:
    expected: dict[ProductId, Product] = {}
    for row in rows:
        joined = join_products(expected.pop(row.id), row) if row.id in expected else row
        expected[row.id] = joined
    assert list(merge_products((row.id for row in rows), rows)) == list(expected.values())


def test_failures_pass_and_rows_that_vanished_do_not_hold_back_the_others() -> None:
    a, failure = Product(ProductId("a"), title="A"), Failure("bad-line", "m", "s")
    ids = [ProductId("a"), ProductId("a"), ProductId("b")]
    assert list(merge_products(ids, [a, failure, Product(ProductId("b"))])) == [
        failure,
        Product(ProductId("b")),
        a,
    ]


def test_a_full_disk_is_told() -> None:
    with pytest.raises(StorageFull, match="expected room for temporary tables"):
        fill_scratch()


def fill_scratch() -> None:
    with open_scratch() as scratch:
        scratch.execute("PRAGMA max_page_count = 10")
        scratch.execute("CREATE TABLE t (text TEXT)")
        insert_all(scratch, "INSERT INTO t VALUES (?)", (("x" * 1_000,) for _ in range(1_000)))
