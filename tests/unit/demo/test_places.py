import ipaddress
from itertools import combinations
from pathlib import Path

import pytest

from sightline.collectors.events import addresses, lookups
from sightline.demo import places


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        (" 192.0.2.7 , 10.0.0.1", "192.0.2.7"),
        ("2001:DB8::1", "2001:db8::1"),
        ("", ""),
        ("unknown", ""),
        ('"><script>', ""),
    ],
)
def test_a_forwarded_header_gives_its_first_address_or_none(
    header: str, address: str
) -> None:
    assert places.read_address(header) == address


def test_networks_do_not_overlap() -> None:
    texts = [*places.COUNTRIES.values(), *places.BAD_NETWORKS.values()]
    networks = [ipaddress.ip_network(text) for text in texts]

    assert [a for a, b in combinations(networks, 2) if a.overlaps(b)] == []


@pytest.mark.parametrize("country", list(places.COUNTRIES))
def test_addresses_of_a_country_are_found_there_and_on_no_list(country: str) -> None:
    made = {places.address_in(country, number) for number in range(300)}

    assert {places.country_of(address) for address in made} == {country}
    assert not any(map(is_listed, made))


def test_strangers_are_of_no_country_and_on_no_list() -> None:
    made = {places.stranger(number) for number in range(300)}

    assert len(made) == 62
    assert {places.country_of(address) for address in made} == {"other"}
    assert not any(map(is_listed, made))


def test_the_lists_are_written_as_others_publish_them(tmp_path: Path) -> None:
    places.write_lists(tmp_path)
    known = lookups.Lookups(lambda: tmp_path.glob("*.txt"), tmp_path / "countries.csv")
    found = [
        (known.country_of(address), known.lists_of(address))
        for text in ("192.0.2.200", "203.0.113.200", "203.0.113.255")
        if (address := addresses.parse_address(text))
    ]
    assert found == [
        ("BR", ()),
        ("unknown", ("hijacked",)),
        ("unknown", ("anonymisers",)),
    ]


def is_listed(text: str) -> bool:
    address = ipaddress.ip_address(text)
    listed = map(ipaddress.ip_network, places.BAD_NETWORKS.values())
    return any(address in network for network in listed)


def test_every_country_has_a_point_of_presence() -> None:
    assert {places.pop_of(country) for country in places.COUNTRIES} == {
        "iad",
        "fra",
        "sin",
    }
    assert places.pop_of(places.ELSEWHERE) == "fra"
