"""Internet addresses as numbers: fast to compare, to cut to a network, to look up."""

import socket
from typing import Final, NamedTuple

__all__ = ["Address", "network_of", "parse_address", "write_address"]

_FAMILIES: Final = {4: (socket.AF_INET, 4), 6: (socket.AF_INET6, 16)}
"""What the system calls each version, and the bytes of its addresses."""
_PREFIXES: Final = {4: 24, 6: 48}
_MAPPED: Final = b"\0" * 10 + b"\xff\xff"
"""IPv4 inside IPv6: https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2"""


class Address(NamedTuple):
    """An address; `number` is of 32 bits for version 4 and of 128 for version 6."""

    version: int
    number: int


def parse_address(text: str) -> Address | None:
    """Gives an address, or `None` when the text is none.

    A port, brackets and the zone of a link are taken off, as logs write them.
    """
    try:
        return Address(4, int.from_bytes(socket.inet_pton(socket.AF_INET, text)))
    except (OSError, ValueError):
        return _parse_other(text)


def _parse_other(text: str) -> Address | None:
    bare, _, _ = text.strip().removeprefix("[").partition("]")
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]  # an IPv4 address with its port
        family = socket.AF_INET
    else:
        bare = bare.partition("%")[0]
        family = socket.AF_INET6 if ":" in bare else socket.AF_INET
    try:
        packed = socket.inet_pton(family, bare)
    except (OSError, ValueError):
        return None
    packed = packed.removeprefix(_MAPPED)
    return Address(4 if len(packed) == 4 else 6, int.from_bytes(packed))  # noqa: PLR2004 - bytes of an IPv4 address


def write_address(address: Address) -> str:
    """Gives the usual text of an address."""
    family, size = _FAMILIES[address.version]
    return socket.inet_ntop(family, address.number.to_bytes(size))


def network_of(address: Address) -> str:
    """Gives the network of an address: its /24, or the /48 of version 6."""
    prefix = _PREFIXES[address.version]
    shift = 8 * _FAMILIES[address.version][1] - prefix
    first = Address(address.version, address.number >> shift << shift)
    return f"{write_address(first)}/{prefix}"
