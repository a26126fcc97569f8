"""The questions of an evaluation, and which products answer them rightly."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from visualsearch.domain import Box, ProductId
from visualsearch.errors import BadInput

REQUIRED = ("picture", "product")
SIDES = ("left", "top", "right", "bottom")
KNOWN = (*REQUIRED, "exclude", "box", *SIDES)
SHOWN_MISSING = 5


@dataclass(frozen=True, slots=True)
class Question:
    """One picture to search with, and the products that it should find."""

    picture: Path
    right: frozenset[ProductId]
    """Never empty, and none of them is excluded."""
    exclude: frozenset[ProductId] = frozenset()
    """Not to be found, such as the product that the picture was taken from."""
    box: Box | None = None
    line: int = 0
    """Where the truth file tells it, from 1; 0 where no file does."""


def read_truth(path: Path) -> list[Question]:
    """Read a CSV file with the columns ``picture`` and ``product``, and perhaps ``exclude`` and a box.

    Pictures are relative to the file's folder; several ids are joined by ``|``. A box is
    ``left,top,right,bottom`` as fractions in the column ``box``, or four columns of these names; an
    empty one leaves the choice to the search. Other columns are passed over. Raises BadInput, naming
    the line.
    """
    lines = _lines(path)
    header_line, header = next(lines, (1, []))
    columns = _columns(path, header_line, header)
    questions = []
    for line, cells in lines:
        if len(cells) != len(columns):
            raise _bad(
                path, line, f"{len(columns)} cells as in the header", f"{len(cells)}", "add or quote cells"
            )
        questions.append(_question(path, line, dict(zip(columns, cells, strict=True))))
    if not questions:
        raise _bad(
            path,
            header_line + 1,
            "at least one question below the header",
            "none",
            "add a line for each picture",
        )
    _check_pictures(path, questions)
    return questions


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Go through the lines that are not blank, each with the number of the line where it starts."""
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise _bad(path, line, "comma-separated values", str(error), "mend the quotes of the line") from error


def _text(path: Path) -> str:
    try:
        encoded = path.read_bytes()
    except OSError as error:
        raise BadInput(
            f"expected a truth file at {path}, found {error.strerror}; name a CSV file that can be read"
        ) from error
    try:
        return encoded.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = encoded.count(b"\n", 0, error.start) + 1
        raise _bad(path, line, "UTF-8 text", str(error.reason), "save the file as UTF-8") from error


def _columns(path: Path, line: int, header: Sequence[str]) -> list[str]:
    columns = [name.lower() for name in header]
    known = [name for name in columns if name in KNOWN]
    sides = [name for name in SIDES if name in known]
    found = ",".join(header) or "nothing"
    if not set(REQUIRED) <= set(known):
        raise _bad(path, line, "the columns picture,product", found, "name the columns in the first line")
    if len(known) != len(set(known)):
        raise _bad(path, line, "each column once", found, "keep one column of each name")
    if len(sides) not in {0, len(SIDES)} or ("box" in known and sides):
        raise _bad(
            path, line, "a column box, or all of left,top,right,bottom", found, "give boxes in one way"
        )
    return columns


def _question(path: Path, line: int, cells: Mapping[str, str]) -> Question:
    exclude = _ids(cells.get("exclude", ""))
    right = _ids(cells["product"]) - exclude
    if not right:
        found = f"{cells['product']!r}, excluded {cells.get('exclude', '')!r}"
        raise _bad(path, line, "a right product that is not excluded", found, "name one or remove the line")
    box = cells.get("box") or ",".join(cells.get(side, "") for side in SIDES)
    try:
        return Question(path.parent / cells["picture"], right, exclude, _box(box), line)
    except ValueError as error:
        expected = "a box left,top,right,bottom as fractions from 0 to 1, left < right and top < bottom"
        raise _bad(path, line, expected, repr(box), "mend the box or leave it empty") from error


def _ids(cell: str) -> frozenset[ProductId]:
    return frozenset(ProductId(name.strip()) for name in cell.split("|") if name.strip())


def _box(text: str) -> Box | None:
    if not text.strip(","):
        return None
    left, top, right, bottom = map(float, text.split(","))
    return Box(left, top, right, bottom)


def _check_pictures(path: Path, questions: Sequence[Question]) -> None:
    missing = [question for question in questions if not _is_file(question.picture)]
    if missing:
        shown = ", ".join(
            f"line {question.line} {str(question.picture)!r}" for question in missing[:SHOWN_MISSING]
        )
        more = ", ..." if len(missing) > SHOWN_MISSING else ""
        raise BadInput(
            f"{path}: expected every picture to be a file, found {len(missing)} of {len(questions)} missing: "
            f"{shown}{more}; put them there or remove their lines"
        )


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have: too long, or with a zero byte
        return False


def _bad(path: Path, line: int, expected: str, found: str, remedy: str) -> BadInput:
    return BadInput(f"{path} line {line}: expected {expected}, found {found}; {remedy}")
