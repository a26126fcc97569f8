from hypothesis import given
from hypothesis import strategies as st

from visualsearch.domain import WHOLE, Item, PictureId, ProductId, Row
from visualsearch.search.rank import rank

PRODUCTS = st.sampled_from("abcdef").map(ProductId)


def item(row: int, product: str) -> Item:
    return Item(Row(row), ProductId(product), PictureId("0" * 64), WHOLE)


def test_a_product_with_several_rows_is_one_hit_with_its_best_row() -> None:
    items = {Row(1): item(1, "mug"), Row(2): item(2, "mug"), Row(3): item(3, "bowl")}

    candidates = rank([(Row(1), 0.4), (Row(3), 0.5), (Row(2), 0.9)], items, frozenset())

    assert [(one.item.row, one.score) for one in candidates] == [(2, 0.9), (3, 0.5)]


def test_equal_scores_are_ordered_by_product_id() -> None:
    items = {Row(1): item(1, "b"), Row(2): item(2, "a")}

    assert [one.item.product for one in rank([(Row(1), 0.5), (Row(2), 0.5)], items, frozenset())] == [
        "a",
        "b",
    ]


@given(
    rows=st.dictionaries(st.integers(0, 30).map(Row), PRODUCTS),
    scores=st.lists(st.tuples(st.integers(0, 40).map(Row), st.floats(-1, 1))),
    exclude=st.frozensets(PRODUCTS),
)
def test_order_is_by_score_and_no_product_is_repeated_excluded_or_made_up(
    rows: dict[Row, ProductId], scores: list[tuple[Row, float]], exclude: frozenset[ProductId]
) -> None:
    items = {row: item(row, product) for row, product in rows.items()}

    candidates = rank(scores, items, exclude)

    products = [one.item.product for one in candidates]
    assert [one.score for one in candidates] == sorted((one.score for one in candidates), reverse=True)
    assert len(set(products)) == len(products)
    assert set(products) == {rows[row] for row, _ in scores if row in rows} - exclude
    for one in candidates:
        assert one.score == max(score for row, score in scores if rows.get(row) == one.item.product)
