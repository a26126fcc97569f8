"""What every store promises of what is written of products."""

import math
import random
from collections.abc import Mapping
from dataclasses import replace

import pytest
from catalogues import Catalogue, Open, all_seen, ids, picture, record, seen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visualsearch.domain import (
    Among,
    Between,
    Condition,
    Every,
    Facet,
    Not,
    Product,
    ProductId,
    Record,
    Row,
    Some,
    Tag,
)

SHOP: dict[str, dict[str, object]] = {
    "shoe": {
        "title": "Running shoes, silver",
        "brand": "Nike",
        "price": 80.0,
        "categories": ("Shoes", "Sport"),
        "attributes": {"Colour": "Silver", "size": "42"},
    },
    "boot": {"title": "Ankle boot", "brand": "NIKE ", "price": 120.0, "categories": ("Shoes", "Boots")},
    "lamp": {
        "title": "Süße Lampe",
        "categories": ("Home", "Sport"),
        "description": "Light for those who run at night",
        "attributes": {"size": "7.5"},
    },
    "silent": {},
}


def fill(store: Catalogue, shop: Mapping[str, Mapping[str, object]] = SHOP) -> None:
    named = list(shop)
    store.put(
        [
            replace(one, product=replace(one.product, **shop[name]))  # type: ignore[arg-type]
            for place, name in enumerate(named)
            for one in (record(name, place),)
        ],
        all_seen(*range(len(named))),
    )


@pytest.fixture
def filled(store: Catalogue) -> Catalogue:
    fill(store)
    return store


def found(store: Catalogue, words: str, where: Condition | None = None) -> list[str]:
    return [product for product, _ in store.find(words, 10, where)]


def chosen(store: Catalogue, where: Condition | None, words: str = "") -> set[str]:
    rows = [Row(row) for row in store.select(where, words).tolist()]
    return {item.product for item in store.items(rows).values()}


def test_words_find_products_by_all_that_is_written_and_a_title_counts_most(filled: Catalogue) -> None:
    assert found(filled, "running") == ["shoe", "lamp"]
    assert found(filled, "nike boots") == ["boot", "shoe"]
    assert found(filled, "SUSSE") == found(filled, "süss") == []
    assert found(filled, "suße lampe") == ["lamp"]
    assert found(filled, "no such thing") == []
    scores = [score for _, score in filled.find("silver shoes", 10)]
    assert scores == sorted(scores, reverse=True)
    assert len(filled.find("nike", 1)) == 1


def test_the_last_word_may_be_begun(filled: Catalogue) -> None:
    assert found(filled, "silv") == ["shoe"]
    assert found(filled, "silv ") == []


def test_words_and_conditions_narrow_one_another(filled: Catalogue) -> None:
    assert found(filled, "nike", Between("price", high=100)) == ["shoe"]
    assert chosen(filled, Among("brand", ("nike",)), "ankle") == {"boot"}
    assert chosen(filled, None, "nike silver") == {"shoe"}
    assert chosen(filled, None) == set(SHOP)


@pytest.mark.parametrize(
    ("where", "fitting"),
    [
        (Among("brand", ("nike",)), {"shoe", "boot"}),
        (Among("Brand", ("Adidas", "NIKE")), {"shoe", "boot"}),
        (Among("category", ("shoes",)), {"shoe", "boot"}),
        (Among("category", ("sport",)), {"shoe", "lamp"}),
        (Among("category", ("Shoes>Sport",)), {"shoe"}),
        (Among("colour", ("silver",)), {"shoe"}),
        (Among("Color", ("silver",)), {"shoe"}),
        (Among("no such field", ("x",)), set()),
        (Between("price", 80, 100), {"shoe"}),
        (Between("price", 80), {"shoe", "boot"}),
        (Between("size", high=10), {"lamp"}),
        (Not(Among("brand", ("nike",))), {"lamp", "silent"}),
        (Every((Among("category", ("sport",)), Not(Between("price")))), {"lamp"}),
        (Some((Among("category", ("boots",)), Between("size", 40, 45))), {"boot", "shoe"}),
    ],
)
def test_conditions_let_through_what_fits(filled: Catalogue, where: Condition, fitting: set[str]) -> None:
    assert chosen(filled, where) == fitting


def test_values_are_counted_of_all_and_of_some(filled: Catalogue) -> None:
    brand, category = filled.facets(["brand", "category"])
    assert brand == Facet("brand", {"NIKE": 2})
    assert category.values == {
        "Shoes": 2,
        "Home": 1,
        "Home > Sport": 1,
        "Shoes > Boots": 1,
        "Shoes > Sport": 1,
    }
    assert filled.facets(["brand"], filled.select(Between("price", 100))) == [Facet("brand", {"NIKE": 1})]
    assert filled.facets(["brand"], filled.select(Between("price", 1000))) == [Facet("brand", {})]
    assert filled.facets(["price"]) == [Facet("price", {"120": 1, "80": 1}, 80.0, 120.0)]
    assert filled.facets(["price"], filled.select(Between("price", 100)))[0].low == 120.0


def test_what_is_written_follows_the_product(open_store: Open) -> None:
    store = open_store()
    fill(store)
    fill(store, {"shoe": {"title": "Golden slipper"}})
    assert found(store, "silver") == []
    assert found(store, "golden") == ["shoe"]
    assert chosen(store, Among("brand", ("nike",))) == {"boot"}
    store.delete(ids("shoe", "boot"))
    again = open_store()
    assert found(again, "golden ankle") == found(store, "golden ankle") == []
    assert chosen(again, None) == chosen(store, None) == {"lamp", "silent"}


def test_a_refused_put_leaves_the_words_as_they_were(filled: Catalogue) -> None:
    with pytest.raises(ValueError, match="this is a bug"):
        filled.put([Record(Product(ProductId("shoe"), "Golden")), record("new", 99)], {})
    assert found(filled, "golden") == []
    assert found(filled, "silver") == ["shoe"]


def test_rows_that_come_later_are_chosen_too(filled: Catalogue) -> None:
    assert chosen(filled, Among("brand", ("new",))) == set()
    fill(filled, {"late": {"brand": "New"}})
    assert chosen(filled, Among("brand", ("new",))) == {"late"}


def test_tags_are_searched_and_filtered_by_and_stay_until_the_product_changes(filled: Catalogue) -> None:
    assert filled.untagged("tagger 1", 10) == ids(*SHOP)
    tags = [Tag("colour", "Gold", 0.7), Tag("kind", "Stiefel", 0.9)]
    filled.tag(dict.fromkeys(ids("shoe", "boot", "gone"), tags), "tagger 1")
    assert filled.untagged("tagger 1", 10) == ids("lamp", "silent")
    assert filled.untagged("tagger 2", 1) == ids("shoe")
    assert found(filled, "gold") == ids("boot", "shoe")
    assert chosen(filled, Every((Among("colour", ("gold",)), Among("colour", ("silver",))))) == {"shoe"}
    filled.tag({ProductId("shoe"): [Tag("colour", "Silver", 0.5)]}, "tagger 2")
    assert chosen(filled, Among("colour", ("gold",))) == {"boot"}
    fill(filled, {"boot": {}})
    assert filled.untagged("tagger 1", 10) == ids("shoe", "boot", "lamp", "silent")
    assert chosen(filled, Among("colour", ("gold",))) == set()
    assert chosen(filled, Among("colour", ("silver",))) == {"shoe"}


def test_a_product_that_gets_another_picture_is_to_be_tagged_again(filled: Catalogue) -> None:
    filled.tag(dict.fromkeys(ids(*SHOP), ()), "tagger")
    assert filled.untagged("tagger", 10) == []
    filled.put([record("lamp", 50)], {picture(50): seen(50)})
    assert filled.untagged("tagger", 10) == ids("lamp")


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.text() | st.sampled_from(['"', 'a" OR "b', "title:x", "NEAR(a b)", "a*", "- ^x", "\0", "\ud800"])
)
def test_any_text_is_a_question_and_never_syntax(filled: Catalogue, words: str) -> None:
    filled.find(words, 10)
    filled.select(Among(words, (words,)), words)
    assert found(filled, words + ' " silver') == ["shoe"] or any(map(str.isalnum, words))


def test_fields_named_as_syntax_are_text(filled: Catalogue) -> None:
    assert found(filled, "title:nothing AND NOT ankle") == ["boot"]


def test_conditions_may_lie_deep_within_one_another(filled: Catalogue) -> None:
    where: Condition = Among("brand", ("nike",))
    for _ in range(125):
        where = Every((Some((where, Among("size", ("42",)))), Between("price")))
    assert chosen(filled, where) == {"shoe", "boot"}


FIELDS = st.sampled_from(["brand", "price", "colour", "size", "category", "Größe"])
VALUES = st.sampled_from(["a", "B", "b ", "1", "2.5", "-3", "x > y", "y"])
CONDITIONS = st.recursive(
    st.builds(Among, FIELDS, st.lists(VALUES, min_size=1, max_size=3).map(tuple))
    | st.builds(Between, FIELDS, st.sampled_from([-math.inf, -3, 1]), st.sampled_from([math.inf, 1, 2.5])),
    lambda inner: (
        st.builds(Every, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(Some, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(Not, inner)
    ),
    max_leaves=8,
)


def fits(product: Product, where: Condition) -> bool:
    """Evaluate a condition as it reads."""
    match where:
        case Every(parts):
            return all(fits(product, part) for part in parts)
        case Some(parts):
            return any(fits(product, part) for part in parts)
        case Not(part):
            return not fits(product, part)
        case Among(field, values):
            return any(value.casefold().strip() in _texts(product, field) for value in values)
        case Between(field, low, high):
            return any(low <= number <= high for number in _numbers(product, field))


def _texts(product: Product, field: str) -> list[str]:
    names = [name.casefold() for name in product.categories]
    if field == "category":
        return names + [" > ".join(names[:depth]) for depth in range(1, len(names) + 1)]
    if field == "price":
        return [] if product.price is None else [f"{product.price:g}"]
    said = {"brand": product.brand, **product.attributes}
    return [said[field].casefold().strip()] if said.get(field) else []


def _numbers(product: Product, field: str) -> list[float]:
    if field == "category":
        return []
    return [float(text) for text in _texts(product, field) if text.lstrip("-").replace(".", "").isdigit()]


def drawn_shop() -> list[Product]:
    random_one = random.Random(0)
    texts = ["a", "B", "b", "1", "2.5", "-3"]
    return [
        Product(
            ProductId(f"{number:02}"),
            brand=random_one.choice(["", *texts]),
            price=random_one.choice([None, 0.5, 1, 2.5]),
            categories=random_one.choice([(), ("x",), ("x", "y"), ("y",)]),
            attributes={
                name: random_one.choice(texts)
                for name in ("colour", "size", "Größe")
                if random_one.random() < 0.7
            },
        )
        for number in range(60)
    ]


@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=CONDITIONS)
def test_any_condition_is_answered_as_it_reads(
    drawn: tuple[Catalogue, list[Product]], where: Condition
) -> None:
    store, products = drawn
    assert chosen(store, where) == {product.id for product in products if fits(product, where)}


@pytest.fixture
def drawn(store: Catalogue) -> tuple[Catalogue, list[Product]]:
    products = drawn_shop()
    store.put(
        [replace(record(one.id, place), product=one) for place, one in enumerate(products)],
        all_seen(*range(len(products))),
    )
    return store, products
