"""Pictures inside their own address."""

import base64
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualsearch.errors import BadAddress, TooLarge
from visualsearch.pictures.data_uris import is_data_uri, read_data_uri


@given(st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_every_way_to_write_bytes_gives_them_back(data: bytes) -> None:
    usual = base64.b64encode(data).decode()
    for source in (
        "data:image/png;base64," + usual,
        "DATA:;charset=utf-8;BASE64," + usual.rstrip("="),
        "data:;base64," + base64.urlsafe_b64encode(data).decode(),
        "data:;base64," + "\r\n ".join(usual),
        "data:;base64," + quote_from_bytes(usual.encode(), safe=""),
        "data:," + quote_from_bytes(data),
        "data:image/gif," + quote_from_bytes(data, safe=""),
    ):
        assert is_data_uri(source)
        assert read_data_uri(source, max_bytes=2000) == data


@pytest.mark.parametrize(
    "source",
    [
        "data:",
        "data:image/png;base64",
        "data:;base64,a",
        "data:;base64,Zm9v!",
        "data:;base64,Zm=9v!",
        "data:,\ud800",
    ],
)
def test_what_is_no_data_uri_is_a_bad_address(source: str) -> None:
    with pytest.raises(BadAddress):
        read_data_uri(source, max_bytes=100)


def test_the_bytes_may_be_as_many_as_allowed_and_not_one_more() -> None:
    for head, body in (("data:;base64,", base64.b64encode(bytes(99)).decode()), ("data:,", "%00" * 99)):
        assert read_data_uri(head + body, max_bytes=99) == bytes(99)
        for refused in (body, body * 1000):
            with pytest.raises(TooLarge):
                read_data_uri(head + refused, max_bytes=98)
