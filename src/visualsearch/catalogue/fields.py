"""Foreign values -> clean fields; a value of a wrong type counts as missing."""

import html
import math
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from decimal import Decimal

from visualsearch.domain import ProductId
from visualsearch.errors import BadLine

MAX_ID_CHARACTERS = 256
MAX_TEXT_CHARACTERS = 1_000
MAX_DESCRIPTION_CHARACTERS = 20_000
MAX_CATEGORY_CHARACTERS = 200
MAX_LEVELS = 20
MAX_ATTRIBUTES = 100

_MISSING = frozenset({"", "-", "--", "na", "n/a", "#n/a", "nan", "nil", "null", "none", "undefined"})
# Control characters that are no white space, and what UTF-8 cannot write: halves of surrogate pairs.
_JUNK = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_TAG = re.compile(r"(<[A-Za-z/!][^<>]*>)")
_UNREAD_TAG = re.compile(r"<(?:script|style)\b", re.IGNORECASE)
_SEPARATORS = (">>", ">", "|", "/")


def clean_id(value: object) -> ProductId:
    """Check a product's id; raises BadLine unless it is 1 to 256 printable characters."""
    text = _write(value).strip()
    if is_missing(text):
        raise BadLine(
            f"expected a product id, found {text!r} or a list or an object; give each product an id"
        )
    if len(text) > MAX_ID_CHARACTERS or not text.isprintable():
        raise BadLine(
            f"expected a product id of at most {MAX_ID_CHARACTERS} printable characters, "
            f"found {len(text)}: {text[:40]!r}; give it another id"
        )
    return ProductId(text)


def clean_text(value: object, limit: int = MAX_TEXT_CHARACTERS) -> str:
    """Make plain text on one line: no tags, entities or control characters; lists are joined."""
    text = value if isinstance(value, str) else " ".join(_flatten(value))
    if not text:
        return ""
    text = text[: 4 * limit]
    if "&" in text:
        text = _unescape(_unescape(text))
    if "<" in text:
        text = _strip_tags(text)
    text = " ".join(_JUNK.sub(" ", text).split())[:limit].rstrip()
    return "" if is_missing(text) else text


def is_missing(text: str) -> bool:
    """Tell the many ways to write nothing."""
    return len(text) < 12 and text.strip().casefold() in _MISSING


def clean_levels(values: Collection[object]) -> tuple[str, ...]:
    """Clean the levels of one category path; a level is told once."""
    levels = (clean_text(value, MAX_CATEGORY_CHARACTERS) for value in list(values)[:MAX_LEVELS])
    return tuple(dict.fromkeys(level for level in levels if level))


def split_tree(text: str, separators: tuple[str, ...] = _SEPARATORS) -> tuple[str, ...]:
    """Split a category path at the first of the separators that it has."""
    text = html.unescape(text[:10_000]) if "&gt;" in text else text
    for separator in separators:
        if separator in text:
            return clean_levels(text.split(separator))
    return clean_levels([text])


def clean_page(value: object) -> str:
    """Keep the address of a product's page where it is http or https; anything else could run code in it."""
    text = _JUNK.sub("", value).strip() if isinstance(value, str) else ""
    text = f"https:{text}" if text.startswith("//") else text
    return text if text.lower().startswith(("http://", "https://")) and len(text) <= 2_048 else ""


def clean_attributes(values: Mapping[str, object], known: Collection[str] = ()) -> dict[str, str]:
    """Keep what else is told as text, with the names of a nested object beside the others."""
    attributes: dict[str, str] = {}
    for name, value in _flatten_names(values, known):
        if len(attributes) < MAX_ATTRIBUTES:
            text = clean_text("; ".join(_flatten(value)) if isinstance(value, list | tuple) else value)
            label = clean_text(name, 100).rstrip(" :")
            if text and label:
                attributes.setdefault(label, text)
    return attributes


def _flatten_names(values: Mapping[str, object], known: Collection[str]) -> Iterator[tuple[str, object]]:
    for name, value in values.items():
        if name in known:
            continue
        if isinstance(value, Mapping):
            yield from value.items()
        else:
            yield name, value


def _flatten(value: object) -> list[str]:
    """Write a value, or the values of a list, as texts."""
    values = value if isinstance(value, list | tuple) else [value]
    return [text for text in map(_write, values) if text]


def _write(value: object) -> str:
    """Write a single value; empty for lists and objects."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.15g}" if math.isfinite(value) else ""
    try:
        return str(value) if isinstance(value, str | int | Decimal | date) else ""
    except ValueError:  # a number of thousands of digits that Python refuses to write
        return ""


def _unescape(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a number of thousands of digits that Python refuses to read
        return text


def _strip_tags(text: str) -> str:
    """Drop tags, and what stands between script or style tags; linear in the text, whatever it holds."""
    kept: list[str] = []
    unread = False
    for piece in _TAG.split(text):
        if _TAG.fullmatch(piece):
            unread = bool(_UNREAD_TAG.match(piece))
        elif not unread:
            kept.append(piece)
    return " ".join(kept)
