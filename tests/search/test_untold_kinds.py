"""A shop whose catalogue tells nothing but pictures: words find its products by what is seen."""

from pathlib import Path

from visualsearch.assemble import EVERYWHERE, open_ingest, open_shop
from visualsearch.domain import Among, Answer, Product, ProductId, Query
from visualsearch.ingest.tags import tag_new
from visualsearch.settings import SearchSettings, Settings
from visualsearch.vision.kinds import LEAST_SURE

PICTURES = Path(__file__).parents[2] / "demo" / "pictures"
FILES = {
    "a": "chair-01-main.jpg",
    "b": "sneaker-01-main.jpg",
    "c": "book-01-main.jpg",
    "d": "sneaker-04-main.jpg",
}
"""Of the last, the words for whole pictures are not sure."""


def test_products_without_a_category_are_found_by_what_is_seen_in_them(tmp_path: Path) -> None:
    untold = [Product(ProductId(one), pictures=(str(PICTURES / file),)) for one, file in FILES.items()]
    told = Product(ProductId("told"), categories=("Seats",), pictures=(str(PICTURES / FILES["a"]),))
    settings = Settings(shop=tmp_path / "shop", search=SearchSettings(evidence=False))
    with open_shop(settings, create=True) as shop:
        with open_ingest(settings, shop, local_roots=EVERYWHERE) as ingest:
            ingest.take([*untold, told])
        shop.index.catch_up()
        assert shop.words is not None
        assert shop.words.card.sha256[:12] in shop.tagger.name
        assert tag_new(shop.store, shop.tagger) == 5

        assert [product for product, _ in shop.store.find("chair", 5)] == ["a"]
        assert [product for product, _ in shop.store.find("shoes", 5)] == ["b", "d"]
        [kinds] = shop.store.facets(["kind"])
        assert kinds.values == {"chair": 1, "shoes": 2}
        assert len(shop.store.select(Among("kind", ("chair",)))) == 1

        photo = (PICTURES / "chair-01-pt01.jpg").read_bytes()
        seated, read = shop.search.answer([Query(picture=photo), Query(product=ProductId("c"))])
        assert isinstance(seated, Answer)
        assert isinstance(read, Answer)
        [kind] = [tag for tag in seated.tags if tag.field == "kind"]
        assert kind.name == "chair"
        assert LEAST_SURE <= kind.confidence <= 1
        assert not [tag for tag in read.tags if tag.field == "kind"]
