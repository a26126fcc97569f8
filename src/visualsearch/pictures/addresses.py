"""Which network addresses pictures may be fetched from: the public ones, unless allowed otherwise."""

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from visualsearch.errors import BadAddress, FetchFailed, Forbidden

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = IPv6Network("64:ff9b::/96")
"""RFC 6052: the last 32 bits are an IPv4 address."""
_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""The only IPv6 addresses that IANA gives out; whatever lies outside has some special meaning."""
_REFUSED = tuple(
    IPv4Network(network)
    for network in (
        "100.64.0.0/10",  # carrier-grade NAT (RFC 6598); one cloud keeps its metadata here
        "192.0.0.0/24",  # IETF protocol assignments; another cloud's metadata
        "192.88.99.0/24",  # 6to4 relays (RFC 7526)
        "168.63.129.16/32",  # a cloud's host agent behind a public-looking address
    )
)


@dataclass(frozen=True, slots=True)
class AddressRules:
    """What may be reached besides public addresses on the ports 80, 443 and from 1024 on."""

    allow_private: bool = False
    """Reach any address on any port."""
    hosts: frozenset[str] = frozenset()
    """Host names that may be anywhere, in lower case."""
    networks: tuple[Network, ...] = ()

    def resolve(self, host: str, port: int) -> list[str]:
        """Look a host up and give its addresses, all of which may be reached; connect to these, not the name.

        Looking the name up again could give another answer, which is how such checks are got around.
        Raises Forbidden if any is refused, FetchFailed for an unknown name, OSError while none can be found.
        """
        addresses = [ip_address(text) for text in _look_up(host, port)]
        if not (self.allow_private or host.lower().rstrip(".") in self.hosts):
            for address in addresses:
                self._check(address, host, port)
        return [str(address) for address in addresses]

    def _check(self, address: Address, host: str, port: int) -> None:
        if any(address in network for network in self.networks):
            return
        if not is_public(address):
            raise Forbidden(
                f"expected a public address, found that {host} is {address}; "
                "add the host to the setting fetch.allow_hosts if pictures may be fetched from it"
            )
        if port not in (80, 443) and port < 1024:
            raise Forbidden(
                f"expected port 80, 443 or one from 1024 on, found {port} of {host}; "
                "add the host to the setting fetch.allow_hosts if pictures may be fetched from it"
            )


def make_rules(*, allow_private: bool, allow_hosts: Iterable[str]) -> AddressRules:
    """Sort what a setting allows into host names and networks such as ``10.0.0.0/8``."""
    hosts, networks = set[str](), list[Network]()
    for text in allow_hosts:
        try:
            networks.append(ip_network(text.strip("[]"), strict=False))
        except ValueError:
            hosts.add(text.lower().rstrip("."))
    return AddressRules(allow_private, frozenset(hosts), tuple(networks))


def is_public(address: Address) -> bool:
    """Tell whether anyone on the internet would reach the same machine at an address."""
    if isinstance(address, IPv6Address):
        embedded = _embedded(address)
        if embedded:
            return all(map(is_public, embedded))
        return address in _GLOBAL_UNICAST and address.is_global
    return (
        address.is_global
        and not (address.is_multicast or address.is_reserved)
        and not any(address in network for network in _REFUSED)
    )


def _embedded(address: IPv6Address) -> tuple[IPv4Address, ...]:
    """Give the IPv4 addresses that an IPv6 address leads to through a translator or a tunnel."""
    if address.ipv4_mapped:
        return (address.ipv4_mapped,)
    if address in _NAT64:
        return (IPv4Address(int(address) & 0xFFFFFFFF),)
    if address.sixtofour:
        return (address.sixtofour,)
    return address.teredo or ()


def _look_up(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise BadAddress(f"expected a host name, found {host[:80]!r}: {error}") from error
    except socket.gaierror as error:
        if error.errno == socket.EAI_AGAIN:  # for the caller to try again
            raise
        raise FetchFailed(f"expected to find the host {host}, found: {error}; check its name") from error
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
