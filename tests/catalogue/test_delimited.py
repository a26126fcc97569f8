"""CSV and its kin."""

from pathlib import Path

import pytest

from visualsearch.catalogue.delimited import guess_delimiter, name_columns, read_delimited, read_header
from visualsearch.catalogue.records import Record
from visualsearch.domain import Failure
from visualsearch.errors import BadCatalogue


def read(path: Path, content: bytes, delimiter: str = ",") -> tuple[list[list[object]], list[Failure]]:
    path.write_bytes(content)
    items = list(read_delimited(path, delimiter=delimiter))
    rows = [list(item.values.values()) for item in items if isinstance(item, Record)]
    return rows, [item for item in items if isinstance(item, Failure)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "t.csv"


def test_quoted_fields_hold_delimiters_quotes_and_line_ends(path: Path) -> None:
    rows, failures = read(path, b'id,title\r\n1,"a, ""b""\r\nc"\r\n\r\n2,d\r\n')
    assert rows == [["1", 'a, "b"\r\nc'], ["2", "d"]]
    assert failures == []


def test_a_row_is_named_by_its_first_line(path: Path) -> None:
    path.write_text('id,title\n1,"a\nb"\n2,c\n')
    assert [item.subject for item in read_delimited(path, delimiter=",")] == ["t.csv:2", "t.csv:4"]


@pytest.mark.parametrize("bad", [b"2", b"2,b,c", b'2,"b"c', b'2,"b', b'2,"b,', b"2,\rb"])
def test_a_broken_row_fails_alone(path: Path, bad: bytes) -> None:
    rows, failures = read(path, b"id,title\n1,a\n" + bad + b"\n3,c\n4,d\n5,e\n")
    assert rows == [["1", "a"], ["3", "c"], ["4", "d"], ["5", "e"]]
    assert [(failure.code, failure.subject) for failure in failures] == [("bad-line", "t.csv:3")]


def test_a_quote_that_is_never_closed_costs_one_line_of_many(path: Path) -> None:
    good = b"".join(b"%d,%s\n" % (number, b"x" * 50) for number in range(20_000))
    rows, failures = read(path, b'id,title\nbad,"open\n' + good)
    assert len(rows) == 20_000
    assert [failure.subject for failure in failures] == ["t.csv:2"]


def test_a_file_made_to_be_read_again_and_again_ends(path: Path) -> None:
    # Each line leaves a quote open both when it begins a row and when it goes on in one.
    rows, failures = read(path, b"id,title\n" + b'a","b\n' * 100_000)
    assert rows == []
    assert len(failures) > 100


def test_bytes_that_are_not_utf8_are_windows_1252_or_a_failure(path: Path) -> None:
    rows, failures = read(path, "id,title\n1,blå\n".encode() + b"2,bl\xe5\n3,bl\x81\n4,b\n")
    assert rows == [["1", "blå"], ["2", "blå"], ["4", "b"]]
    assert [failure.subject for failure in failures] == ["t.csv:4"]


def test_a_field_that_is_too_long_fails_alone(path: Path) -> None:
    rows, failures = read(path, b"id,title\n1," + b"x" * 200_000 + b"\n2,b\n")
    assert rows == [["2", "b"]]
    assert "field larger than field limit" in failures[0].message


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_guessed(path: Path, delimiter: str) -> None:
    rows = ["id T price", "1 a,b;c 1,5", "2 d|e 2,5", "3 f;g 3,5"]
    rows += [f"4 {other} 4" for other in ",;\t|" if other != delimiter]
    path.write_text(
        "\n".join(row.replace(" ", delimiter) for row in rows[:1] + [quote(row) for row in rows[1:]])
    )
    assert guess_delimiter(path) == delimiter


def quote(row: str) -> str:
    return " ".join(f'"{field}"' for field in row.split(" "))


def test_columns_have_names_of_their_own() -> None:
    assert name_columns(["id", "", " image ", "image"]) == ["id", "column 2", "image", "image 4"]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\x81\n"])
def test_a_file_without_a_header_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(BadCatalogue, match="expected a row of column names"):
        read_header(path, ",")
