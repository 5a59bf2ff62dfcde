"""What is promised of networks, of the most frequent, and of how many there were."""

import ipaddress
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from sightline.collectors.events import (
    addresses,
    cardinality,
    heavy_hitters,
    pseudonyms,
    ranges,
)

_NETWORKS = st.lists(
    st.tuples(st.integers(0, 2**10 - 1), st.integers(22, 32)).map(
        lambda one: ipaddress.ip_network((one[0] + 0xCB007100, one[1]), strict=False)
    ),
    max_size=12,
)


@given(_NETWORKS, st.integers(0, 2**10 - 1))
def test_the_longest_prefix_wins(
    networks: list[ipaddress.IPv4Network], offset: int
) -> None:
    table = ranges.RangeTable(
        ranges.parse_network(str(one), str(one)) for one in networks
    )
    address = ipaddress.ip_address(offset + 0xCB007100)
    holding = [one for one in networks if address in one]
    longest = max(holding, key=lambda one: one.prefixlen, default=None)
    found = addresses.parse_address(str(address))
    assert found is not None
    assert table.find(found) == (None if longest is None else str(longest))


@given(st.ip_addresses())
def test_an_address_and_its_network_are_those_of_the_standard_library(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    found = addresses.parse_address(str(address))
    mapped = getattr(address, "ipv4_mapped", None)
    plain = mapped or address
    assert found == addresses.Address(plain.version, int(plain))
    prefix = 24 if plain.version == 4 else 48
    network = ipaddress.ip_network((plain, prefix), strict=False)
    assert ipaddress.ip_network(addresses.network_of(found)) == network


@given(st.lists(st.lists(st.integers(0, 60), max_size=30), max_size=30))
def test_no_count_is_further_off_than_the_bound_says(batches: list[list[int]]) -> None:
    summary = heavy_hitters.HeavyHitters(capacity=5)
    truth: Counter[str] = Counter()
    for batch in batches:
        counted = Counter(map(str, batch))
        summary.add(counted)
        truth.update(counted)
    found = dict(summary.top(1000))
    assert summary.total == truth.total()
    assert summary.error <= truth.total() / 5
    for name, count in truth.items():
        assert found.get(name, 0) <= count <= found.get(name, 0) + summary.error


@given(st.integers(1, 20_000))
def test_estimates_are_within_five_standard_errors(count: int) -> None:
    hashes = pseudonyms.Pseudonyms(b"sixteen bytes ok")
    sketch = cardinality.Sketch()
    numbers = [hashes.number_of(str(number)) for number in range(count)]
    sketch.add(numbers)
    sketch.add(numbers)
    allowed = 1 + 5 * cardinality.ERROR_RATIO * count
    assert abs(sketch.estimate() - count) <= allowed
