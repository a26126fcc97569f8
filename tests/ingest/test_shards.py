from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from visualsearch.domain import Failure, Product, ProductId
from visualsearch.ingest.shards import split

LINES = st.lists(
    st.one_of(
        st.builds(
            Product,
            id=st.text(min_size=1).map(ProductId),
            pictures=st.lists(st.text(min_size=1), max_size=5).map(tuple),
        ),
        st.builds(Failure, st.just("bad-line"), st.text(), st.text()),
    )
)


@given(lines=LINES, pictures=st.integers(1, 10))
def test_shards_hold_every_line_once_and_in_order(lines: list[Product | Failure], pictures: int) -> None:
    shards = list(split(lines, pictures))

    assert [product for shard in shards for product in shard.products] == [
        line for line in lines if isinstance(line, Product)
    ]
    assert [failure for shard in shards for failure in shard.failures] == [
        line for line in lines if isinstance(line, Failure)
    ]
    for shard in shards:
        assert sum(len(product.pictures) for product in shard.products[:-1]) < pictures


def test_a_stream_is_read_no_further_than_the_shard_that_is_asked_for() -> None:
    read: list[int] = []

    def lines() -> Iterator[Product]:
        for number in range(100):
            read.append(number)
            yield Product(ProductId(str(number)), pictures=("a.jpg",))

    next(split(lines(), 10))

    assert len(read) == 10
