"""Where clients are: documentation networks, each with a country, like a GeoIP table.

https://www.rfc-editor.org/rfc/rfc5737 keeps these networks free for such use.
"""

import ipaddress
import pathlib
from collections.abc import Mapping
from typing import Final

__all__ = [
    "BAD_NETWORKS",
    "COUNTRIES",
    "ELSEWHERE",
    "address_in",
    "country_of",
    "pop_of",
    "read_address",
    "stranger",
    "write_lists",
]

ELSEWHERE: Final = "other"
"""The country of an address that no network claims."""

COUNTRIES: Final[Mapping[str, str]] = {
    "US": "192.0.2.0/25",
    "CA": "192.0.2.128/26",
    "BR": "192.0.2.192/26",
    "GB": "198.51.100.0/25",
    "FR": "198.51.100.128/26",
    "IN": "198.51.100.192/26",
    "DE": "203.0.113.0/25",
}
BAD_NETWORKS: Final[Mapping[str, str]] = {
    "hijacked": "203.0.113.192/27",
    "anonymisers": "203.0.113.224/27",
}
"""Lists of known bad actors; nobody of the normal traffic is on them."""

_STRANGERS: Final = ipaddress.ip_network("203.0.113.128/26")
_BY_COUNTRY: Final = {
    country: ipaddress.ip_network(text) for country, text in COUNTRIES.items()
}
_POPS: Final[Mapping[str, str]] = {
    "US": "iad",
    "CA": "iad",
    "BR": "iad",
    "IN": "sin",
}
_NEAREST_TO_THE_REST: Final = "fra"


def read_address(text: str) -> str:
    """Gives the address that a forwarded header begins with, or nothing.

    Behind several proxies the header lists them all; the client stands first.
    """
    first = text.split(",", 1)[0].strip()
    try:
        return str(ipaddress.ip_address(first))
    except ValueError:
        return ""


def country_of(address: str) -> str:
    """Gives the country of an address, or `ELSEWHERE`."""
    found = ipaddress.ip_address(address)
    return next(
        (country for country, network in _BY_COUNTRY.items() if found in network),
        ELSEWHERE,
    )


def pop_of(country: str) -> str:
    """Gives the edge's point of presence that is nearest to a country."""
    return _POPS.get(country, _NEAREST_TO_THE_REST)


def address_in(country: str, number: int) -> str:
    """Gives an address of a country; the same number has the same one."""
    network = _BY_COUNTRY[country]
    return str(network[1 + number % (network.num_addresses - 2)])


def stranger(number: int) -> str:
    """Gives an address of no country, and on no list either."""
    return str(_STRANGERS[1 + number % (_STRANGERS.num_addresses - 2)])


def write_lists(folder: pathlib.Path) -> None:
    """Writes the lists of bad networks, and `countries.csv`, as others publish them."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, network in BAD_NETWORKS.items():
        (folder / f"{name}.txt").write_text(f"{network}\n")
    rows = (f"{network},{country}\n" for country, network in COUNTRIES.items())
    (folder / "countries.csv").write_text("".join(rows))
