"""Reads conditions as the shopper writes them, such as ``brand = Nike and not colour in (red, pink)``."""

import math
import re
from pathlib import Path
from typing import cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput, UnexpectedToken

from visualsearch.domain import Among, Between, Condition, Every, Not, Some
from visualsearch.errors import BadInput

LONGEST = 2_000
"""Characters of a condition: they bound how deep conditions can lie within one another, too."""

_EXAMPLE = """for example: brand = "Nike" and price 10 .. 50 and not category in (Boots, "Home > Lamps")"""


def parse_where(text: str) -> Condition | None:
    """Read a condition, or None where nothing is said; raises BadInput that tells the place of a mistake."""
    if not text.strip():
        return None
    if len(text) > LONGEST:
        raise BadInput(
            f"Expected a condition of at most {LONGEST} characters, found {len(text)}. Shorten it."
        )
    try:
        return _PARSER.parse(text)  # type: ignore[return-value]  # what the reader makes, not a tree
    except UnexpectedInput as error:
        is_cut = isinstance(error, UnexpectedToken) and error.token.type == "$END"
        place = len(text) if is_cut else cast("int", error.pos_in_stream)
        found = text[place : place + 20] or "its end"
        raise BadInput(
            f"Expected a condition, found {found!r} at character {place + 1}. Write it anew, {_EXAMPLE}."
        ) from error


@v_args(inline=True)
class _Reader(Transformer[Token, Condition]):
    """Makes conditions of the grammar's rules, which its methods are named after."""

    def field(self, name: Token) -> str:
        return _unquote(name)

    value = field

    def some(self, *parts: Condition) -> Condition:
        return Some(parts)

    def every(self, *parts: Condition) -> Condition:
        return Every(parts)

    def negated(self, part: Condition) -> Condition:
        return part.part if isinstance(part, Not) else Not(part)

    def equal(self, field: str, value: str) -> Condition:
        return Among(field, (value,))

    def unequal(self, field: str, value: str) -> Condition:
        return Not(Among(field, (value,)))

    def among(self, field: str, *values: str) -> Condition:
        return Among(field, values)

    def below(self, field: str, bound: Token) -> Condition:
        return Between(field, high=math.nextafter(float(bound), -math.inf))

    def at_most(self, field: str, bound: Token) -> Condition:
        return Between(field, high=float(bound))

    def above(self, field: str, bound: Token) -> Condition:
        return Between(field, low=math.nextafter(float(bound), math.inf))

    def at_least(self, field: str, bound: Token) -> Condition:
        return Between(field, low=float(bound))

    def between(self, field: str, low: Token, high: Token) -> Condition:
        return Between(field, float(low), float(high))


def _unquote(token: Token) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1], flags=re.DOTALL) if token.type == "QUOTED" else str(token)


_PARSER = Lark(
    (Path(__file__).parent / "where.lark").read_text(encoding="utf-8"), parser="lalr", transformer=_Reader()
)
