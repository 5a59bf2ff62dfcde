"""What is said of servers that stand in for one another, and of a long-term storage."""

from collections.abc import Callable

import pytest

from sightline.clients import alertmanager, fakes, prometheus
from sightline.verify import checks, replicas, storage_probe
from support import live_systems

CONFIGURATIONS = 'count(count_values("hash", alertmanager_config_hash))'
KNOWN = "min(prometheus_notifications_alertmanagers_discovered)"
TARGETS = "count(up)"
AGE = "time() - min(timestamp(up))"


class Pair:
    """Two Prometheus servers, three Alertmanagers and a storage; break one."""

    def __init__(self) -> None:
        self.prometheus = fakes.FakePrometheus()
        self.prometheus.targets = [
            live_systems.target(job=job, instance=f"{job}-{number}")
            for job, count in (("prometheus", 2), ("alertmanager", 3))
            for number in range(1, count + 1)
        ]
        self.prometheus.results = {
            KNOWN: [({}, 3.0)],
            CONFIGURATIONS: [({}, 1.0)],
            TARGETS: [({}, 48.0)],
        }
        self.alertmanager = fakes.FakeAlertmanager()
        self.alertmanager.cluster = "ready"
        self.alertmanager.peers = ["a:9094", "b:9094", "c:9094"]
        self.storage = fakes.FakePrometheus("http://storage")
        self.storage.results = {TARGETS: [({}, 48.0)], AGE: [({}, 3.4)]}

    def lose(self, instance: str) -> None:
        """Lets one target answer no more."""
        job = instance.rpartition("-")[0]
        self.prometheus.targets = [
            live_systems.target("down", "refused", job=job, instance=instance)
            if one["labels"] == {"job": job, "instance": instance}
            else one
            for one in self.prometheus.targets
        ]

    async def look(self) -> list[checks.Evidence]:
        """Gives all that is said."""
        servers = (self.prometheus, self.alertmanager, self.storage)
        async with fakes.open_client(*servers) as client:
            metrics = prometheus.Prometheus(client, self.prometheus.url)
            peers = alertmanager.Alertmanager(client, self.alertmanager.url)
            stored = prometheus.Prometheus(client, self.storage.url)
            return [
                *await replicas.look_at_pair(metrics, 2, 3),
                *await replicas.look_at_cluster(peers, metrics, 3),
                *await storage_probe.look_at_samples(metrics, stored),
            ]


HEALTHY = [
    checks.passed("2 of 2 Prometheus", is_figure=True),
    checks.passed("3 of 3 Alertmanagers in one cluster", is_figure=True),
    checks.passed("samples of 48 targets stored for long within 3 s"),
]


async def test_whole_servers_are_counted() -> None:
    assert await Pair().look() == HEALTHY


async def test_one_of_each_says_nothing() -> None:
    pair = Pair()
    async with fakes.open_client() as client:
        metrics = prometheus.Prometheus(client, pair.prometheus.url)
        peers = alertmanager.Alertmanager(client, pair.alertmanager.url)
        assert await replicas.look_at_pair(metrics, 1, 1) == []
        assert await replicas.look_at_cluster(peers, metrics, 1) == []
        assert await storage_probe.look_at_samples(metrics, None) == []


def _lose_a_peer(pair: Pair) -> None:
    pair.lose("alertmanager-2")
    pair.alertmanager.peers.pop()


@pytest.mark.parametrize(
    ("break_", "reason"),
    [
        pytest.param(
            lambda pair: pair.lose("prometheus-2"),
            "1 of 2 Prometheus; lost: prometheus-2 (refused)",
            id="a Prometheus lost",
        ),
        pytest.param(
            lambda pair: pair.prometheus.results.update({KNOWN: [({}, 2.0)]}),
            "one of them knows 2 of 3 Alertmanagers",
            id="an Alertmanager unknown",
        ),
        pytest.param(
            _lose_a_peer,
            "2 of 3 Alertmanagers in one cluster; lost: alertmanager-2 (refused)",
            id="an Alertmanager lost",
        ),
        pytest.param(
            lambda pair: pair.alertmanager.peers.pop(),
            "2 of 3 Alertmanagers in one cluster:"
            " all answer, and do not see one another",
            id="a cluster split",
        ),
        pytest.param(
            lambda pair: setattr(pair.alertmanager, "cluster", "settling"),
            "3 of 3 Alertmanagers in one cluster, which is settling",
            id="a cluster that settles",
        ),
        pytest.param(
            lambda pair: pair.prometheus.results.update({CONFIGURATIONS: [({}, 2.0)]}),
            "3 of 3 Alertmanagers in one cluster, on 2 different configurations",
            id="two configurations",
        ),
        pytest.param(
            lambda pair: pair.storage.results.update({TARGETS: [({}, 47.0)]}),
            "47 of 48 targets in the long-term storage",
            id="a target not stored",
        ),
        pytest.param(
            lambda pair: pair.storage.results.update({TARGETS: []}),
            "0 of 48 targets in the long-term storage",
            id="nothing stored",
        ),
        pytest.param(
            lambda pair: pair.storage.results.update({AGE: [({}, 75.0)]}),
            "48 of 48 targets in the long-term storage,"
            " the oldest sample of them 75 s old",
            id="stored late",
        ),
    ],
)
async def test_what_is_lost_is_named(
    break_: Callable[[Pair], object], reason: str
) -> None:
    pair = Pair()
    break_(pair)
    found = [one for one in await pair.look() if one not in HEALTHY]
    assert found == [checks.failed(reason)]
