"""Prices as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualsearch.catalogue.prices import parse_currency, parse_price


@pytest.mark.parametrize(
    ("told", "price", "currency"),
    [
        (19.99, 19.99, ""),
        (Decimal("19.99"), 19.99, ""),
        ("899.0", 899.0, ""),
        ("1e3", 1000.0, ""),
        ("$19.99", 19.99, "USD"),
        ("$5.00 - $10.00", 5.0, "USD"),
        ("$10.00 - $5.00", 5.0, "USD"),
        ("from 12.99", 12.99, ""),
        ("ab 12,50 €", 12.5, "EUR"),
        ("1.299,00 €", 1299.0, "EUR"),
        ("1.299 €", 1299.0, "EUR"),
        ("1.299", 1.299, ""),
        ("$1,299.00", 1299.0, "USD"),
        ("$1,299", 1299.0, "USD"),
        ("12,99", 12.99, ""),
        ("INR 899", 899.0, "INR"),
        ("Rs.595", 595.0, "INR"),
        ("₹ 1,29,900.50", 129900.5, "INR"),
        ("CHF 1'299.00", 1299.0, "CHF"),
        ("1 299,00 kr", 1299.0, ""),
        ("1\u00a0299,00 zł", 1299.0, "PLN"),
        ("C$ 5", 5.0, "CAD"),
        ("12.345.678,9 EUR", 12345678.9, "EUR"),
        ("0", 0.0, ""),
    ],
)
def test_a_price_is_read_with_its_currency(told: object, price: float, currency: str) -> None:
    assert parse_price(told) == (price, currency)


@pytest.mark.parametrize(
    "told",
    [
        None,
        "",
        "None",
        "free",
        "-5",
        -5,
        True,
        float("nan"),
        float("inf"),
        10**400,
        "1e99",
        [19.99],
        {"amount": 5},
        ".a-box-inner{background-color:#fff}#alohaBuyBoxWidget .selected{padding:12.5px}",
        "5 apples for 3",
        "9" * 100,
    ],
)
def test_what_is_no_price_is_none(told: object) -> None:
    assert parse_price(told) == (None, "")


def test_a_currency_is_an_iso_code_or_nothing() -> None:
    assert [parse_currency(told) for told in ("eur", "€", " USD ", "kr", "XXX", None, 5)] == [
        *("EUR", "EUR", "USD"),
        *("", "", "", ""),
    ]


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 10**10), st.sampled_from(["${:,.2f}", "{:.2f} USD", "USD {:,.2f}", "US$ {:,.2f}"]))
def test_a_price_that_was_written_is_read_as_it_was(cents: int, form: str) -> None:
    assert parse_price(form.format(cents / 100)) == (cents / 100, "USD")


@settings(deadline=None, max_examples=200)
@given(st.integers(0, 10**10))
def test_a_price_with_decimal_comma_is_read_as_it_was(cents: int) -> None:
    german = f"{cents / 100:,.2f} €".translate(str.maketrans(",.", ".,"))
    assert parse_price(german) == (cents / 100, "EUR")


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=100))
def test_any_text_gives_a_price_or_none(text: str) -> None:
    price, currency = parse_price(text)
    assert price is None or 0 <= price < 1e12
    assert len(currency) in {0, 3}
