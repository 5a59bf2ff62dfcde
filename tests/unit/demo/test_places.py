import ipaddress
from itertools import combinations

import pytest

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


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.255", "192.0.2.0/24"),
        ("203.0.113.1", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
    ],
)
def test_an_address_is_counted_by_its_network(address: str, network: str) -> None:
    assert places.network_of(address) == network


def test_networks_do_not_overlap() -> None:
    texts = [*places.COUNTRIES.values(), *places.BAD_NETWORKS.values()]
    networks = [ipaddress.ip_network(text) for text in texts]

    assert [a for a, b in combinations(networks, 2) if a.overlaps(b)] == []


@pytest.mark.parametrize("country", list(places.COUNTRIES))
def test_addresses_of_a_country_are_found_there_and_on_no_list(country: str) -> None:
    addresses = {places.address_in(country, number) for number in range(300)}

    assert {places.country_of(address) for address in addresses} == {country}
    assert {places.lists_of(address) for address in addresses} == {()}


def test_strangers_are_of_no_country_and_on_no_list() -> None:
    addresses = {places.stranger(number) for number in range(300)}

    assert len(addresses) == 62
    assert {places.country_of(address) for address in addresses} == {"other"}
    assert {places.lists_of(address) for address in addresses} == {()}


def test_a_listed_address_names_its_list() -> None:
    assert places.lists_of("203.0.113.200") == ("hijacked",)
    assert places.lists_of("203.0.113.255") == ("anonymisers",)


def test_every_country_has_a_point_of_presence() -> None:
    assert {places.pop_of(country) for country in places.COUNTRIES} == {
        "iad",
        "fra",
        "sin",
    }
    assert places.pop_of(places.ELSEWHERE) == "fra"
