"""A Prometheus pair and an Alertmanager cluster, and what is left when one is lost."""

import time
from collections.abc import Mapping

import pytest

from sightline.model import routing
from sightline.stack.acquire import binaries
from support import clusters

pytestmark = pytest.mark.integration

PEER_TIMEOUT_SECONDS = 15.0
"""Alertmanager's default: for so long each peer waits for the one before it."""

ONE_EACH = dict.fromkeys(routing.Channel, 1)


def test_row_28_with_one_of_each_killed_a_page_arrives_exactly_once(
    tmp_path_factory: pytest.TempPathFactory,
    acquired: Mapping[str, binaries.Binary],
) -> None:
    folder = tmp_path_factory.mktemp("cluster")
    with clusters.run_cluster(folder, acquired) as cluster:
        cluster.await_evidence(
            "prometheus",
            "alertmanager",
            "2 of 2 Prometheus",
            "3 of 3 Alertmanagers in one cluster",
        )

        cluster.kill("prometheus")
        cluster.kill("alertmanager")
        cluster.lose_partner()
        cluster.await_pages()
        paged_at = time.monotonic()

        pair, peers = cluster.evidence("prometheus-2", "alertmanager-2")
        first = cluster.address_of("prometheus")
        assert pair.startswith(f"1 of 2 Prometheus; lost: {first} (Get ")
        first = cluster.address_of("alertmanager")
        assert peers.startswith(
            f"2 of 3 Alertmanagers in one cluster; lost: {first} (Get "
        )
        # A second page, if there were one, would come when a peer stops waiting.
        while time.monotonic() < paged_at + 1.5 * PEER_TIMEOUT_SECONDS:
            assert cluster.pages() == ONE_EACH
            time.sleep(0.5)
