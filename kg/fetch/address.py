"""Checks of addresses: only public ones are allowed.

A name is resolved once, and that address is connected to.
"""

from __future__ import annotations

import ipaddress
import socket
import urllib.parse
from collections.abc import Callable, Iterable
from typing import Final

from kg.errors import InputError
from kg.wording import slip_in_address

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Iterable[str]]
"""Resolves a host name and a port to the current addresses."""
_SCHEMES: Final = {"http": 80, "https": 443}
_MAX_URL: Final = 4096
_EMBEDDED: Final = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96"))


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host from the system's resolver.

    Args:
        host: The name of the host.
        port: The port of the connection.

    Raises:
        OSError: The host has no address.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


def checked_url(url: str) -> urllib.parse.SplitResult:
    """Split a web address into its parts.

    Raises:
        InputError: It is no web address, names a user, or exceeds the length that servers accept.
    """
    try:
        parts = urllib.parse.urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise InputError(f"{url[:200]}: is not an address: {error}") from error
    if len(url) > _MAX_URL:
        raise InputError(f"{url[:80]}...: is longer than {_MAX_URL} characters")
    if slip := slip_in_address(url):
        raise InputError(f"{url[:200]}: {slip}")
    if parts.scheme not in _SCHEMES or not host:
        raise InputError(f"{url[:200]}: is not an address of the web, which begins with http:// or https:// and a host")
    if parts.username is not None or parts.password is not None:
        raise InputError(f"{parts.scheme}://{host}...: an address with a user and a password is not fetched")
    if any(character.isspace() or ord(character) < 32 for character in url):
        raise InputError(f"{url[:200]!r}: has white space in it; write %20 for a blank")
    return parts


def port_of(parts: urllib.parse.SplitResult) -> int:
    """Return the port of an address, by default that of its scheme."""
    return parts.port or _SCHEMES[parts.scheme]


def public_address(host: str, port: int, resolve: Resolve, *, allow_private: bool) -> str:
    """Return the address to connect to.

    A host with several addresses is refused if one of them is private, because the host must not choose which one is
    used.

    Args:
        host: A name, or an address as text.
        port: The port.
        resolve: The resolver of names.
        allow_private: Whether addresses of this machine and its networks are allowed.

    Raises:
        InputError: The name is unknown, or the address is private.
    """
    try:
        found = [ipaddress.ip_address(each.partition("%")[0]) for each in resolve(host, port)]
    except (OSError, ValueError) as error:
        raise InputError(f"{host}: the host is not known ({getattr(error, 'strerror', None) or error})") from error
    if not found:
        raise InputError(f"{host}: the host has no address")
    private = next((one for one in found if not is_public(one)), None)
    if private is not None and not allow_private:
        where = "" if str(private) == host else f" is {private}, which"
        raise InputError(f"{host}{where} is not a public address and is not fetched; --allow-private fetches it")
    return str(found[0])


def is_public(address: Address) -> bool:
    """Return True for a public address; addresses embedded in another one are checked too."""
    if isinstance(address, ipaddress.IPv6Address):
        held = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if held is None and any(address in network for network in _EMBEDDED):
            held = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if held is not None and not is_public(held):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved
