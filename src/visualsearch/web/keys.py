"""API keys: what a caller may do, kept as hashes, never as the keys themselves."""

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Literal, get_args

from visualsearch.errors import BadInput

Scope = Literal["search", "write", "meters", "admin"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
ALL = frozenset(SCOPES)

_LINE = re.compile(r"(?P<name>[\w.-]{1,64}) (?P<scopes>[a-z+]+) (?P<digest>[0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the holder of a key, or anybody."""

    name: str
    scopes: frozenset[Scope]


class Keys:
    """Finds who asks by the key that came along."""

    def __init__(
        self, lines: Iterable[str] = (), anonymous: Iterable[Scope] = ALL, *, is_local: bool = False
    ) -> None:
        """Read keys as ``make_key`` writes them; raises BadInput.

        ``anonymous`` needs no key; where ``is_local``, only of who asks this machine by a name of its own.
        """
        self._callers = dict(_read(line) for line in lines)
        self.anonymous = Caller("", frozenset(anonymous))
        self.is_local = is_local

    def caller(self, key: str) -> Caller | None:
        """Find whose key it is; None for one that is not known."""
        return self._callers.get(_digest(key))


def make_key(name: str, scopes: Iterable[str]) -> tuple[str, str]:
    """Draw a key, and write the line by which it is known; raises BadInput for impossible ones."""
    key = "vs-" + secrets.token_urlsafe(32)
    line = f"{name} {'+'.join(scopes)} {_digest(key)}"
    _read(line)
    return key, line


def anonymous_scopes(chosen: Iterable[Scope] | None, host: str, *, has_keys: bool) -> frozenset[Scope]:
    """Say what needs no key: what was chosen, else all on this machine alone while there are no keys.

    Raises BadInput where nobody at all could ask.
    """
    if chosen is not None:
        return frozenset(chosen)
    if has_keys:
        return frozenset()
    if is_loopback(host):
        return ALL
    raise BadInput(
        f"Expected keys where others can reach this machine, found none for {host}. Make some with "
        "visualsearch keys NAME, or say what anybody may do: VISUALSEARCH_WEB__ANONYMOUS='[\"search\"]'."
    )


def is_loopback(host: str) -> bool:
    """Tell whether an address is reached from this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _digest(key: str) -> str:
    # Keys are drawn with 256 bits, so there is nothing to guess that a slow hash would protect.
    return hashlib.sha256(key.encode()).hexdigest()


def _read(line: str) -> tuple[str, Caller]:
    found = _LINE.fullmatch(line)
    scopes = [scope for scope in SCOPES if found and scope in found["scopes"].split("+")]
    if not found or len(scopes) != len(found["scopes"].split("+")):
        raise BadInput(
            f"Expected a key as NAME SCOPES HASH with scopes of {'+'.join(SCOPES)}, found {line[:40]!r}. "
            "Write it with: visualsearch keys NAME"
        )
    return found["digest"], Caller(found["name"], frozenset(scopes))
