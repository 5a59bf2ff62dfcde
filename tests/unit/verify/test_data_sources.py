"""Whether Grafana itself reaches the data sources that dashboards name."""

import httpx
import pytest

from sightline.clients import fakes, grafana, prometheus
from sightline.model import secrets
from sightline.verify import built, checks, dashboard_probe
from support import live_systems
from support.grafana import contract, memory, serving

BEHIND = f"{contract.URL}/api/datasources/proxy/uid/prometheus"


async def look(server: memory.MemoryGrafana) -> checks.Check:
    boards = built.read_built(
        live_systems.compiled(live_systems.small_spec())
    ).dashboards
    transport = serving.GrafanaTransport(server)
    async with (
        httpx.AsyncClient(transport=transport) as client,
        fakes.open_client(behind := fakes.FakePrometheus()) as other,
    ):
        login = grafana.Token(secrets.Secret(memory.TOKEN))
        reader = grafana.Grafana(
            grafana.Connection(
                client, contract.URL, login, patience=grafana.retrying.NONE
            )
        )
        through = prometheus.Prometheus(other, behind.url)
        return await dashboard_probe.probe_server(reader, through, reader, boards)


async def test_a_data_source_that_grafana_reaches_is_evidence() -> None:
    server = memory.MemoryGrafana()
    server.holds.put_source("prometheus")
    found = await look(server)
    assert checks.passed("it reaches its 1 data source") in found.evidence
    assert found.state is checks.State.PASSED


@pytest.mark.parametrize("is_there", [True, False])
async def test_a_data_source_that_it_does_not_reach_is_named(*, is_there: bool) -> None:
    server = memory.MemoryGrafana()
    server.holds.is_source_well = False
    if is_there:
        server.holds.put_source("prometheus")
    found = await look(server)
    assert found.state is checks.State.FAILED
    reached = "reaches 0 of 1 data sources; not: prometheus (connection refused)"
    assert (reached in found.reason) is is_there
    assert "prometheus" in found.reason
