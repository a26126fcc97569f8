"""The first bytes and lines of a file -> its format."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from visualsearch.catalogue import abo, amazon2014, amazon2018, amazon2023, parquet
from visualsearch.catalogue.folder import find_pictures
from visualsearch.catalogue.lines import Line, read_lines, read_magic
from visualsearch.catalogue.records import Values, parse_json, parse_python
from visualsearch.domain import Failure
from visualsearch.errors import BadCatalogue, BadLine

HEAD_LINES = 50

_ADVICE = (
    "take a CSV file, JSON lines, Parquet, Amazon's metadata of 2014, 2018 or 2023, Amazon Berkeley Objects "
    "or a folder of pictures"
)

_FOREIGN = {
    b"PK\x03\x04": "a ZIP archive or a spreadsheet; unpack it or save it as CSV",
    b"\xd0\xcf\x11\xe0": "a spreadsheet; save it as CSV",
    b"\xff\xfe": "UTF-16; save it as UTF-8",
    b"\xfe\xff": "UTF-16; save it as UTF-8",
    b"BZh": "bzip2; unpack it",
    b"\xfd7zXZ": "xz; unpack it",
    b"\x28\xb5\x2f\xfd": "zstd; unpack it",
    b"SQLite format 3": "an SQLite database; export a table as CSV",
}

_TEXTS = {
    b"[": "one JSON array; write an object a line, as jq -c '.[]' does",
    b"<": "XML or HTML",
}

_MATCHES: dict[str, Callable[[Values], bool]] = {
    "abo": abo.matches,
    "amazon2023": amazon2023.matches,
    "amazon2018": amazon2018.matches,
    "amazon2014": amazon2014.matches,
}


def guess_format(path: Path) -> str:
    """Name the format by what is inside, never by the name; raises BadCatalogue."""
    if path.is_dir():
        return _guess_folder(path)
    if not path.is_file():
        raise BadCatalogue(f"expected a file or a folder at {path}, found none; check the path")
    magic = read_magic(path, 16)
    if magic.startswith(parquet.MAGIC):
        return "parquet"
    for beginning, found in _FOREIGN.items():
        if magic.startswith(beginning):
            raise BadCatalogue(f"expected a catalogue at {path}, found {found}")
    return _guess_text(path, read_head(path))


def read_head(path: Path) -> list[bytes]:
    """Read the first lines that are not blank; raises BadCatalogue where there is none but broken ones."""
    head: list[bytes] = []
    for line in read_lines([path]):
        if isinstance(line, Failure) and not head:
            raise BadCatalogue(f"expected a catalogue at {path}; {line.message}")
        if isinstance(line, Line) and not line.content.isspace():
            head.append(line.content)
        if len(head) == HEAD_LINES:
            break
    return head


def read_keys(path: Path) -> list[str]:
    """Read the names that the first lines of JSON use; raises BadCatalogue."""
    keys: dict[str, None] = {}
    for content in read_head(path):
        with suppress(BadLine):
            keys.update(dict.fromkeys(map(str, parse_json(content))))
    return list(keys)


def _guess_folder(path: Path) -> str:
    if abo.find_listings(path):
        return "abo"
    if next(find_pictures(path), None):
        return "folder"
    raise BadCatalogue(
        f"expected pictures or Amazon Berkeley Objects in the folder {path}, found none; {_ADVICE}"
    )


def _guess_text(path: Path, head: list[bytes]) -> str:
    first = head[0].lstrip() if head else b""
    if first.startswith(b"{"):
        return _guess_objects(path, head)
    found = next((found for beginning, found in _TEXTS.items() if first.startswith(beginning)), None)
    if found or not first or b"\0" in first:
        raise BadCatalogue(f"expected a catalogue at {path}, found {found or 'no text'}; {_ADVICE}")
    return "csv"


def _guess_objects(path: Path, head: list[bytes]) -> str:
    names = list(map(_match_line, head))
    if name := next((name for name in names if name in _MATCHES), max(names)):
        return name
    raise BadCatalogue(
        f"expected an object a line in {path}, found none in the first {len(head)} lines; {_ADVICE}"
    )


def _match_line(content: bytes) -> str:
    """Name the format of a line; empty where it is broken."""
    for parse, other in ((parse_json, "jsonl"), (parse_python, "")):
        try:
            values = parse(content)
        except BadLine:
            continue
        return next((name for name, matches in _MATCHES.items() if matches(values)), other)
    return ""
