"""Values between processes: the dataclasses of ``domain`` as msgpack, checked and versioned."""

import dataclasses
import inspect
import zlib
from typing import Any

import msgpack
import numpy as np

from visualsearch import domain
from visualsearch.errors import FormatTooNew, MessageCorrupt

VERSION = 1
"""Grows when older programs could misread what is written."""

_RECORD, _TUPLE, _SET, _ARRAY = range(4)
_HEAD_BYTES = 5
_KINDS = {
    kind.__name__: kind
    for _, kind in inspect.getmembers(domain, inspect.isclass)
    if dataclasses.is_dataclass(kind)
}


def encode(value: object) -> bytes:
    """Write a value: a version byte, the CRC-32 of the rest, and msgpack."""
    body: bytes = msgpack.packb(value, default=_pack, strict_types=True)
    return bytes([VERSION]) + zlib.crc32(body).to_bytes(4, "big") + body


def decode(message: bytes, *kinds: type[Any], forgiving: bool = False) -> Any:
    """Read what ``encode`` wrote of one of the kinds; raises MessageCorrupt or FormatTooNew.

    A forgiving reader passes over fields that it does not know. Ask for that with answers, where they say
    more; never with questions, where they would be answered wrongly.
    """
    version, check, body = message[:1], message[1:_HEAD_BYTES], message[_HEAD_BYTES:]
    if version and version[0] > VERSION:
        raise FormatTooNew(
            f"expected a message of version {VERSION}, found {version[0]}; update this program, workers first"
        )
    if version != bytes([VERSION]) or zlib.crc32(body).to_bytes(4, "big") != check:
        raise MessageCorrupt("expected a whole message, found one that was cut or altered; ask again")
    value = _unpack(body, forgiving=forgiving)
    if not isinstance(value, kinds):
        expected = " or ".join(kind.__name__ for kind in kinds)
        raise MessageCorrupt(f"expected {expected}, found {type(value).__name__}; ask again")
    return value


def _pack(value: object) -> msgpack.ExtType | object:
    if type(value).__name__ in _KINDS:
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}  # type: ignore[arg-type]
        return _ext(_RECORD, [type(value).__name__, fields])
    match value:
        case tuple():
            return _ext(_TUPLE, list(value))
        case frozenset():
            return _ext(_SET, sorted(value))
        case np.ndarray():
            return _ext(_ARRAY, [value.dtype.str, list(value.shape), value.tobytes()])
        case np.generic():
            return value.item()
        case dict():
            return dict(value)
    raise TypeError(f"expected a value of the domain, found {type(value).__name__}: this is a bug")


def _ext(code: int, content: list[object]) -> msgpack.ExtType:
    return msgpack.ExtType(code, msgpack.packb(content, default=_pack, strict_types=True))


def _unpack(body: bytes, *, forgiving: bool) -> object:
    def read(code: int, content: bytes) -> object:
        inner = msgpack.unpackb(content, ext_hook=read, strict_map_key=False)
        if code == _RECORD:
            return _record(*inner, forgiving=forgiving)
        if code == _ARRAY:
            return _array(*inner)
        if code in (_TUPLE, _SET):
            return tuple(inner) if code == _TUPLE else frozenset(inner)
        raise FormatTooNew(f"expected values of known kinds, found the kind {code}; update this program")

    try:
        return msgpack.unpackb(body, ext_hook=read, strict_map_key=False)
    except (AttributeError, ValueError, TypeError, RecursionError) as error:
        raise MessageCorrupt(f"expected a readable message, found: {error}; ask again") from error


def _record(name: str, fields: dict[str, Any], *, forgiving: bool) -> object:
    kind = _KINDS.get(name)
    if kind is None:
        raise FormatTooNew(f"expected a known kind of value, found {name!r}; update this program")
    known = {field.name for field in dataclasses.fields(kind)}
    if not forgiving and (unknown := fields.keys() - known):
        raise FormatTooNew(
            f"expected the fields of {name} that are known here, found also {', '.join(sorted(unknown))}; "
            "update this program, workers first"
        )
    return kind(**{name: value for name, value in fields.items() if name in known})


def _array(kind: str, shape: list[int], content: bytes) -> np.ndarray[Any, Any]:
    return np.frombuffer(content, np.dtype(kind)).reshape(shape).copy()
