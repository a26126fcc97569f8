"""Lines -> records -> products; what cannot be read on the way becomes a failure."""

import ast
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from visualsearch.catalogue.lines import Progress, read_lines
from visualsearch.domain import Failure, Product
from visualsearch.errors import BadLine

MAX_LITERAL_CHARACTERS = 2**17
"""Python needs about 500 bytes for each character of a hostile literal, JSON about 10."""

Values = Mapping[str, object]
"""What a line tells, by the catalogue's own names."""

_STRING = re.compile(r"""'[^'\\]*(?:\\.[^'\\]*)*'|"[^"\\]*(?:\\.[^"\\]*)*\"""")


_REASONS = {RecursionError: "nested too deeply", MemoryError: "nested too deeply"}


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a catalogue, parsed but not yet understood."""

    subject: str
    values: Values


def read_records(
    paths: Sequence[Path], progress: Progress | None = None, *, parse: Callable[[bytes], Values]
) -> Iterator[Record | Failure]:
    """Parse each line that is not blank."""
    for line in read_lines(paths, progress):
        if isinstance(line, Failure):
            yield line
        elif not line.content.isspace():
            try:
                yield Record(line.subject, parse(line.content))
            except BadLine as error:
                yield Failure(error.code, error.message, line.subject)


def convert_records(
    records: Iterable[Record | Failure], convert: Callable[[Values], Product]
) -> Iterator[Product | Failure]:
    """Turn each record into a product."""
    for record in records:
        if isinstance(record, Failure):
            yield record
            continue
        try:
            yield convert(record.values)
        except BadLine as error:
            yield Failure(error.code, error.message, record.subject)


def parse_json(content: bytes) -> Values:
    """Parse one JSON object; raises BadLine."""
    try:
        parsed: object = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadLine(f"expected one JSON object, found what is no JSON ({error}); mend the line") from error
    return _check_object(parsed)


def parse_python(content: bytes) -> Values:
    """Parse one Python dictionary of literals without ever evaluating it; raises BadLine."""
    try:
        text = content.decode().strip()
    except UnicodeDecodeError as error:
        raise BadLine(f"expected UTF-8, found {error.reason} at byte {error.start}; mend the line") from error
    return _check_object(parse_literal(text))


def parse_literal(text: str) -> object:
    """Parse a Python literal; raises BadLine.

    Nearly all lines become JSON once their strings are written with double quotes, and that is read four
    times faster. Whatever is not JSON then (``None``, tuples, prefixes) goes through ``ast.literal_eval``.
    """
    try:
        try:
            return json.loads(_STRING.sub(_requote, text))
        except (ValueError, SyntaxError):
            if len(text) > MAX_LITERAL_CHARACTERS:
                raise
            return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        reason = (
            error.msg if isinstance(error, SyntaxError) else _REASONS.get(type(error), "no plain literal")
        )
        raise BadLine(
            f"expected one Python literal, found another thing ({reason}); mend the line"
        ) from error


def _requote(string: re.Match[str]) -> str:
    if "\\" in string[0]:
        return json.dumps(ast.literal_eval(string[0]))
    return '"' + string[0][1:-1].replace('"', '\\"') + '"'


def _check_object(parsed: object) -> Values:
    if isinstance(parsed, dict):
        return parsed
    raise BadLine(f"expected one object with names and values, found {type(parsed).__name__}; mend the line")
