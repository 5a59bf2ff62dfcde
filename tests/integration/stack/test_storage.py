"""A real Prometheus that writes into a real VictoriaMetrics."""

import asyncio
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from sightline.app import build, live
from sightline.clients import prometheus as prometheus_client
from sightline.clients import servers
from sightline.model import monitoring
from sightline.stack import layout, profiles, sites
from sightline.stack.acquire import binaries as acquiring
from sightline.stack.components import prometheus, victoria_metrics
from sightline.verify import built, checks, dashboard_probe, storage_probe
from support import builders, programs, reference_platform

pytestmark = pytest.mark.integration

RANGES = {"__rate_interval": "1m", "__interval": "15s", "__range": "6h"}


@pytest.fixture(scope="module")
def storage_binary() -> acquiring.Binary:
    """VictoriaMetrics, found as `up --profile distributed` finds it."""
    settings = acquiring.settings_from_environ(os.environ, {})
    with ThreadPoolExecutor(1) as thread:
        acquire = acquiring.acquire((profiles.STORAGE,), settings)
        return thread.submit(asyncio.run, acquire).result()[profiles.STORAGE]


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory,
    acquired: Mapping[str, acquiring.Binary],
    storage_binary: acquiring.Binary,
) -> Iterator[sites.Site]:
    """Prometheus, which scrapes itself every second, and the storage behind it."""
    site = sites.Site(
        layout=layout.Layout(tmp_path_factory.mktemp("storage")),
        ports={name: programs.free_port() for name in ("prometheus", profiles.STORAGE)},
        binaries={**acquired, profiles.STORAGE: storage_binary},
        is_root=False,
    )
    second = builders.duration("1s")
    environment = live.at_ports(
        builders.environment(
            live.LOCAL, scrape_interval=second, evaluation_interval=second
        ),
        site.ports,
    )
    declared = builders.declaration(exporters=(builders.exporter("prometheus"),))
    site.layout.create()
    build.write(build.build(declared, environment), site.layout.build)
    site.layout.targets.mkdir(parents=True)
    (site.layout.targets / "prometheus.json").write_text(
        f'[{{"targets": ["{site.address_of("prometheus")}"]}}]'
    )
    with (
        programs.running_component(
            victoria_metrics.compose(site, second), site.layout.home
        ),
        programs.running_component(
            prometheus.compose(site, environment.retention), site.layout.home
        ),
    ):
        yield site


async def _look(site: sites.Site) -> list[checks.Evidence]:
    async with servers.open_client() as client:
        metrics = prometheus_client.Prometheus(client, site.url_of("prometheus"))
        storage = prometheus_client.Prometheus(client, site.url_of(profiles.STORAGE))
        return await storage_probe.look_at_samples(metrics, storage)


def test_samples_arrive_within_seconds(site: sites.Site) -> None:
    def is_stored() -> bool:
        (evidence,) = asyncio.run(_look(site))
        return evidence.state is checks.State.PASSED

    reference_platform.wait_for(is_stored)


async def test_the_storage_understands_every_panel(
    site: sites.Site, skillancer: monitoring.Monitoring
) -> None:
    artifacts = build.build(skillancer, skillancer.environments["production"])
    boards = built.read_built(artifacts).dashboards
    exprs = {
        dashboard_probe.substitute(query.expr, {**board.variables, **RANGES})
        for board in boards
        for panel in board.panels
        for query in panel.targets
    }
    assert len(exprs) > len(boards)
    async with servers.open_client() as client:
        storage = prometheus_client.Prometheus(client, site.url_of(profiles.STORAGE))
        for expr in sorted(exprs):
            await storage.query(expr)  # raises for what it does not understand
