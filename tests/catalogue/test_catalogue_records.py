"""Lines that become records."""

import ast
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualsearch.catalogue.records import parse_json, parse_literal, parse_python
from visualsearch.errors import BadLine

LITERALS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5), inner, max_size=4)
        | st.tuples(inner, inner)
    ),
    max_leaves=12,
)


@settings(deadline=None, max_examples=300)
@given(LITERALS)
def test_a_literal_is_read_as_python_reads_it(value: object) -> None:
    assert parse_literal(repr(value)) == ast.literal_eval(repr(value)) == value


@pytest.mark.parametrize(
    "text",
    [
        "'''three'''",
        "'a' 'b'",
        "'a''b'",
        "u'x'",
        "r'\\d'",
        r"'\x41\'\"\\ \N{BULLET}'",
        "b'bytes'",
        "{'a': 1,}",
        "[1, 2] # ']'",
        "1_000",
        "-5",
        "(1, 'a')",
        "{'a', 'b'}",
    ],
)
def test_the_fast_way_means_what_python_means(text: str) -> None:
    assert parse_literal(text) == ast.literal_eval(text)


def test_halves_of_a_surrogate_pair_are_joined() -> None:
    assert parse_literal(r"'\ud83d\ude00'") == "\U0001f600"


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('touch owned')",
        "{'asin': __import__('os').getcwd()}",
        "{'asin': open('/etc/passwd').read()}",
        "(lambda: 1)()",
        "[x for x in (1,)]",
        "9**9**9",
        "'a' * 10**10",
        "[" * 100_000,
        "(" * 100_000,
        "-" * 100_000 + "1",
        "1" + "+1" * 100_000,
        "9" * 5_000,
        "'\\N{no such name}'",
        "'\\x4'",
        "'open",
        "",
        "\0",
        "[" + "0," * 1_000_000 + "None]",
    ],
    ids=lambda text: text[:20],
)
def test_what_is_no_literal_is_refused_and_never_evaluated(text: str) -> None:
    with pytest.raises(BadLine, match="expected one Python literal"):
        parse_literal(text)


@pytest.mark.parametrize(
    "content",
    [b"", b"[1]", b"{", b"\xff{}", b"[" * 100_000, b'{"a": ' * 100_000, b"1" * 5_000],
    ids=lambda content: repr(content[:9]),
)
def test_what_is_no_object_is_refused(content: bytes) -> None:
    for parse in (parse_json, parse_python):
        with pytest.raises(BadLine, match=r"expected .*, found .*; mend the line|expected UTF-8"):
            parse(content)


def test_an_object_is_read() -> None:
    assert parse_json(json.dumps({"a": [1, "ä"]}).encode()) == {"a": [1, "ä"]}
    assert parse_python("{'a': [1, 'ä', None]}\n".encode()) == {"a": [1, "ä", None]}
