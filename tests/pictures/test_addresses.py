"""Nothing inside a private network is reached unless that is allowed."""

import socket
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualsearch.errors import BadAddress, FetchFailed, Forbidden
from visualsearch.pictures.addresses import AddressRules, is_public, make_rules

PUBLIC = (
    "8.8.8.8",
    "151.101.1.69",
    "172.32.0.1",
    "2606:4700::1111",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
)
REFUSED = (
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "100.100.100.200",
    "127.0.0.1",
    "127.8.8.8",
    "168.63.129.16",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "203.0.113.7",
    "224.0.0.251",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "100::1",
    "2001:db8::1",
    "2001:0:a00:1::f7f7:f7f7",
    "2002:7f00:1::1",
    "2002:c0a8:1::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%1",
    "fec0::1",
    "ff02::1",
)


@pytest.mark.parametrize("text", PUBLIC)
def test_a_public_address_may_be_reached(text: str) -> None:
    assert is_public(ip_address(text))
    assert AddressRules().resolve(text, 443) == [str(ip_address(text))]


@pytest.mark.parametrize("text", REFUSED)
def test_an_address_that_is_not_public_is_refused(text: str) -> None:
    assert not is_public(ip_address(text))
    with pytest.raises(Forbidden, match=r"fetch\.allow_hosts"):
        AddressRules().resolve(text, 443)


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=4, network="169.254.0.0/16"))
@settings(max_examples=50, deadline=None)
def test_no_disguise_makes_a_private_address_public(address: Any) -> None:
    number = int(address)
    for disguise in (0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80, number):
        assert not is_public(ip_address(disguise.to_bytes(16, "big")))


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "localhost", "LOCALHOST"])
def test_other_ways_to_write_this_machine_are_refused(host: str) -> None:
    with pytest.raises(Forbidden):
        AddressRules().resolve(host, 80)


@pytest.mark.parametrize(
    ("port", "allowed"), [(80, True), (443, True), (8080, True), (22, False), (25, False), (0, False)]
)
def test_ports_of_other_services_are_refused(port: int, allowed: bool) -> None:  # noqa: FBT001
    if allowed:
        assert AddressRules().resolve("8.8.8.8", port)
    else:
        with pytest.raises(Forbidden, match=f"found {port} of 8.8.8.8"):
            AddressRules().resolve("8.8.8.8", port)


@pytest.mark.parametrize(
    ("allowed", "host"),
    [
        ("localhost", "LocalHost"),
        ("127.0.0.1", "127.0.0.1"),
        ("127.0.0.0/8", "127.9.9.9"),
        ("127.0.0.1/8", "localhost"),
        ("fd00::/8", "fd00::7"),
        ("[::1]", "::1"),
    ],
)
def test_what_a_setting_allows_may_be_reached_on_any_port(allowed: str, host: str) -> None:
    rules = make_rules(allow_private=False, allow_hosts=[allowed])
    assert rules.resolve(host, 22)
    with pytest.raises(Forbidden):
        rules.resolve("10.0.0.1", 80)


def test_everything_may_be_reached_if_private_addresses_are_allowed() -> None:
    rules = make_rules(allow_private=True, allow_hosts=())
    assert rules.resolve("10.0.0.1", 22) == ["10.0.0.1"]


def test_settings_are_sorted_into_names_and_networks() -> None:
    rules = make_rules(allow_private=False, allow_hosts=["Pictures.Shop.", "10.1.2.3/8"])
    assert rules.hosts == {"pictures.shop"}
    assert rules.networks == (ip_network("10.0.0.0/8"),)


def answer(*addresses: str) -> Any:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]
    return lambda *_arguments, **_options: found


def test_a_name_is_refused_if_any_of_its_addresses_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", answer("8.8.8.8", "8.8.8.8", "10.0.0.1"))
    with pytest.raises(Forbidden, match=r"rebound\.example is 10\.0\.0\.1"):
        AddressRules().resolve("rebound.example", 80)
    assert make_rules(allow_private=True, allow_hosts=()).resolve("rebound.example", 80) == [
        "8.8.8.8",
        "10.0.0.1",
    ]


def test_an_unknown_name_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(FetchFailed, match=r"unknown\.example"):
        AddressRules().resolve("unknown.example", 80)


@pytest.mark.parametrize("host", ["a..b", "a" * 64 + ".example"])
def test_a_name_that_cannot_be_one_is_a_bad_address(host: str) -> None:
    with pytest.raises(BadAddress):
        AddressRules().resolve(host, 80)
