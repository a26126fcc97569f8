"""What goes between processes comes out as it went in, or is refused."""

import dataclasses
import zlib

import msgpack
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualsearch import domain
from visualsearch.domain import Answer, Box, Failure, Hit, PictureId, Product, ProductId, Query, View
from visualsearch.errors import FormatTooNew, MessageCorrupt, VisualsearchError
from visualsearch.serving import wire
from visualsearch.serving.wire import decode, encode

fractions = st.floats(0, 0.5, width=16)
boxes = st.builds(
    lambda left, top, width, height: Box(left, top, left + width, top + height),
    fractions,
    fractions,
    st.floats(0.125, 0.5, width=16),
    st.floats(0.125, 0.5, width=16),
)
ids = st.text(min_size=1).map(ProductId)
queries = st.builds(
    Query,
    picture=st.none() | st.binary(),
    product=st.none() | ids,
    box=st.none() | boxes,
    limit=st.integers(1, 100),
    exclude=st.frozensets(ids),
    words=st.text(),
)
products = st.builds(
    Product,
    id=ids,
    title=st.text(),
    categories=st.lists(st.text()).map(tuple),
    price=st.none() | st.floats(0, 1e9),
    pictures=st.lists(st.text()).map(tuple),
    attributes=st.dictionaries(st.text(), st.text()),
)
hits = st.builds(
    Hit,
    product=products,
    picture=st.text().map(PictureId),
    pictures=st.lists(st.text().map(PictureId)).map(tuple),
    box=boxes,
    score=st.floats(-1, 1),
    reasons=st.lists(st.text()).map(tuple),
)
answers = st.builds(
    Answer,
    hits=st.lists(hits, max_size=3).map(tuple),
    box=boxes,
    change=st.integers(0, 2**62),
    seconds=st.dictionaries(st.text(), st.floats(0, 60)),
)
MESSAGE = encode(Answer((), domain.WHOLE, 7, {"look": 0.1}))


def sealed(body: bytes) -> bytes:
    """Make a message of any bytes."""
    return bytes([wire.VERSION]) + zlib.crc32(body).to_bytes(4, "big") + body


@given(queries)
def test_a_query_comes_out_as_it_went_in(query: Query) -> None:
    assert decode(encode(query), Query) == query


@given(answers)
def test_an_answer_comes_out_as_it_went_in(answer: Answer) -> None:
    assert decode(encode(answer), Answer, Failure) == answer


def test_arrays_and_their_numbers_come_out_as_they_went_in() -> None:
    vector = np.arange(6, dtype=np.float32).reshape(2, 3)

    view = decode(encode(View(domain.WHOLE, vector, b"print")), View)

    assert (view.vector == vector).all()
    assert view.vector.dtype == vector.dtype
    assert decode(encode(Answer((), domain.WHOLE, 1, {"look": np.float64(0.5)})), Answer).seconds == {
        "look": 0.5
    }


@given(st.integers(0, len(MESSAGE) - 1), st.integers(1, 255))
def test_a_message_with_another_byte_is_refused(place: int, change: int) -> None:
    altered = bytearray(MESSAGE)
    altered[place] ^= change
    with pytest.raises((MessageCorrupt, FormatTooNew)):
        decode(bytes(altered), Answer)


@given(st.integers(0, len(MESSAGE) - 1))
def test_a_message_that_is_cut_is_refused(length: int) -> None:
    with pytest.raises(MessageCorrupt):
        decode(MESSAGE[:length], Answer)


@given(st.binary())
def test_foreign_bytes_with_a_right_checksum_never_do_more_than_be_refused(body: bytes) -> None:
    with pytest.raises(VisualsearchError):
        decode(sealed(body), Answer)


@pytest.mark.parametrize("forgiving", [True, False])
@pytest.mark.parametrize("content", [["Query", 5], ["Query"], [["Query"], {}], [], ["Box", {"left": 2}]])
def test_a_record_that_is_none_is_refused(content: list[object], forgiving: bool) -> None:  # noqa: FBT001 (a case)
    with pytest.raises(VisualsearchError):
        decode(sealed(msgpack.packb(wire._ext(0, content))), Query, forgiving=forgiving)


def test_another_kind_than_the_expected_is_refused() -> None:
    with pytest.raises(MessageCorrupt, match="expected Query, found Answer"):
        decode(MESSAGE, Query)


def test_a_later_version_is_told_from_a_broken_message() -> None:
    with pytest.raises(FormatTooNew, match="workers first"):
        decode(bytes([wire.VERSION + 1]) + MESSAGE[1:], Answer)


def test_a_field_that_is_not_known_is_passed_over_in_answers_and_refused_in_questions() -> None:
    fields = {field.name: getattr(Query(), field.name) for field in dataclasses.fields(Query)}
    body = msgpack.packb(wire._ext(0, ["Query", fields | {"from_the_future": 1}]), default=wire._pack)
    message = sealed(body)

    assert decode(message, Query, forgiving=True) == Query()
    with pytest.raises(FormatTooNew, match="from_the_future"):
        decode(message, Query)


def test_a_field_that_an_older_program_did_not_send_has_its_default() -> None:
    body = msgpack.packb(wire._ext(0, ["Query", {"limit": 3}]), default=wire._pack)

    assert decode(sealed(body), Query) == Query(limit=3)
