"""What a catalogue says of pictures -> where they are."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.request import url2pathname

from visualsearch.catalogue.fields import is_missing
from visualsearch.catalogue.records import parse_literal
from visualsearch.errors import BadLine

MAX_PICTURES = 100
MAX_SOURCE_CHARACTERS = 2_048
"""Of a path or URL; a data URI is bounded by its line."""

_SIZES = ("hi_res", "large", "url", "src", "link", "path", "thumb")
"""What catalogues call one picture in its several sizes, the best first."""

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_BETWEEN = re.compile(r"[|\n]|[\s,;]+(?=https?://)", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def resolve_pictures(value: object, folder: Path) -> tuple[str, ...]:
    """Find the sources of pictures in a text, a list or an object of sizes; each is told once.

    One text may hold several: as a JSON or Python list, between ``|``, or as URLs between commas or spaces.
    """
    if isinstance(value, str):
        listed = parse_list(value)
        value = _BETWEEN.split(value) if listed is None else listed
    sources = (resolve_picture(text, folder) for text in _pick_texts(value))
    return tuple(dict.fromkeys(source for source in sources if source))[:MAX_PICTURES]


def resolve_picture(text: str, folder: Path) -> str:
    """Make a relative path absolute and leave URLs as they are; what is no source gives an empty text.

    A catalogue is its operator's own, so it may name any path.
    """
    text = _CONTROL.sub("", text).strip()
    if text[:5].lower() == "data:":
        return text
    if is_missing(text) or len(text) > MAX_SOURCE_CHARACTERS:
        return ""
    if text.startswith("//"):
        return f"https:{text}"
    if text[:8].lower() == "file:///":
        return os.path.normpath(url2pathname(text[7:]))
    if _SCHEME.match(text):
        return text
    return os.path.normpath(os.path.join(folder, text if "/" in text else text.replace("\\", "/")))  # noqa: PTH118 thrice as fast


def parse_list(text: str) -> list[object] | None:
    """Read a cell that holds a JSON or Python list; None where it holds something else."""
    text = text.strip()
    if not (text.startswith("[") and text.endswith("]")):
        return None
    try:
        parsed = parse_literal(text)
    except BadLine:
        return None
    return parsed if isinstance(parsed, list) else None


def _pick_texts(value: object, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        sizes = (value.get(name) for name in _SIZES)
        yield from [size for size in sizes if isinstance(size, str) and size][:1]
    elif isinstance(value, list | tuple) and depth < 3:
        for one in value:
            yield from _pick_texts(one, depth + 1)
