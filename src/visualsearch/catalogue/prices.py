"""Prices as people write them -> a number and a currency."""

import math
import re
from decimal import Decimal

MAX_CHARACTERS = 64
"""Longer texts are no prices: some catalogues have whole style sheets there."""

_SYMBOLS = {
    "us$": "USD", "$": "USD", "ca$": "CAD", "c$": "CAD", "au$": "AUD", "a$": "AUD", "nz$": "NZD",
    "hk$": "HKD", "s$": "SGD", "r$": "BRL", "€": "EUR", "£": "GBP", "₹": "INR", "rs.": "INR", "rs": "INR",
    "¥": "JPY", "₩": "KRW", "₺": "TRY", "₽": "RUB", "₫": "VND", "₴": "UAH", "₦": "NGN", "₪": "ILS",
    "zł": "PLN", "kč": "CZK", "kr.": "", "kr": "",
}  # fmt: skip
_ISO_CODES = (
    "AED ARS AUD BDT BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR JPY KES KRW MXN MYR "
    "NGN NOK NZD PEN PHP PKR PLN QAR RON RUB SAR SEK SGD THB TRY TWD UAH USD VND ZAR"
)
_CODES = frozenset(_ISO_CODES.split())
_DECIMAL_COMMA = "ARS BRL CLP COP CZK DKK EUR HUF IDR NOK PLN RON RUB SEK TRY UAH VND"
"""Where 1.299 is more than a thousand."""

_CURRENCY = "|".join(re.escape(word) for word in sorted({*_SYMBOLS, *_CODES}, key=len, reverse=True))
_AMOUNT = (
    rf"(?:(?P<before{{0}}>{_CURRENCY}) ?)?"
    r"(?P<amount{0}>\d+(?:[.,'\u2019 ]\d+)*)"
    rf"(?: ?(?P<after{{0}}>{_CURRENCY}))?"
)
_PRICE = re.compile(
    rf"(?:(?:from|ab|starting at) )?{_AMOUNT.format(1)}"
    rf"(?: ?(?:[-\u2013\u2014]|to|bis) ?{_AMOUNT.format(2)})?",
    re.IGNORECASE,
)
_CURRENCY_GROUPS = ("before1", "after1", "before2", "after2")
_PLAIN = re.compile(r"\d{1,15}(\.\d*)?(e[+-]?\d{1,2})?", re.IGNORECASE)


def parse_price(value: object) -> tuple[float | None, str]:
    """Read a price and its ISO 4217 currency, each if it is told; of a range, the lower end.

    A bare dollar sign is taken for USD. The last of two kinds of separators is the decimal one; a comma
    before exactly three digits parts thousands, a dot does so only in currencies that write a decimal comma.
    """
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return _check(value), ""
    text = " ".join(value[: MAX_CHARACTERS + 1].split()) if isinstance(value, str) else ""
    if _PLAIN.fullmatch(text):
        return _check(float(text)), ""
    match = _PRICE.fullmatch(text) if len(text) <= MAX_CHARACTERS else None
    if match is None:
        return None, ""
    currency = next((parse_currency(match[name]) for name in _CURRENCY_GROUPS if match[name]), "")
    amounts = [_read_amount(match[name], currency) for name in ("amount1", "amount2") if match[name]]
    return _check(min(amounts)), currency


def parse_currency(value: object) -> str:
    """Name a currency by its ISO 4217 code; empty where it is not known."""
    text = value.strip() if isinstance(value, str) else ""
    code = _SYMBOLS.get(text.lower(), text.upper())
    return code if code in _CODES else ""


def _read_amount(text: str, currency: str) -> float:
    """Read digits with separators, of which the last may be the decimal one."""
    separators = re.findall(r"\D", text)
    last = separators[-1] if separators else ""
    whole, _, rest = text.rpartition(last) if last else (text, "", "")
    if (
        last in {".", ","}
        and separators.count(last) == 1
        and not _parts_thousands(last, separators, rest, currency)
    ):
        return float(re.sub(r"\D", "", whole) + "." + rest)
    return float(re.sub(r"\D", "", text))


def _parts_thousands(last: str, separators: list[str], rest: str, currency: str) -> bool:
    if len(separators) > 1 or len(rest) != 3:
        return False
    return last == "," or (currency != "" and currency in _DECIMAL_COMMA)


def _check(number: float | Decimal) -> float | None:
    try:
        price = float(number)
    except OverflowError:
        return None
    return price if math.isfinite(price) and 0 <= price < 1e12 else None
