import pytest

from sightline import errors
from sightline.clients import grafana
from sightline.model import secrets
from support.grafana import memory

POSTGRES = grafana.NewDataSource(
    uid="pg",
    name="PostgreSQL",
    kind="grafana-postgresql-datasource",
    url="db:5432",
    user="reader",
    settings={"sslmode": "require"},
    secure={"password": secrets.Secret("canary-password")},
)


async def test_data_source_is_read_back_with_the_names_of_its_secrets(
    server: memory.MemoryGrafana, reach: grafana.Connection
) -> None:
    await grafana.GrafanaWriter(reach, grafana.CLASSIC).create_data_source(POSTGRES)
    source = await grafana.Grafana(reach).fetch_data_source("pg")
    assert source == grafana.DataSource(
        uid="pg",
        name="PostgreSQL",
        kind="grafana-postgresql-datasource",
        url="db:5432",
        user="reader",
        settings={"sslmode": "require"},
        secure_fields=frozenset({"password"}),
        revision=grafana.Revision("1"),
    )
    assert server.holds.sources["pg"].secure == {"password": "canary-password"}


async def test_data_source_that_somebody_changed_is_a_conflict(
    server: memory.MemoryGrafana, reach: grafana.Connection
) -> None:
    writer = grafana.GrafanaWriter(reach, grafana.CLASSIC)
    await writer.create_data_source(POSTGRES)
    server.holds.sources["pg"].version += 1
    with pytest.raises(errors.EditConflict):
        await writer.replace_data_source(POSTGRES, grafana.Revision("1"))


async def test_data_source_with_a_taken_name_is_refused(
    server: memory.MemoryGrafana, reach: grafana.Connection
) -> None:
    server.holds.put_source("other", {"name": "PostgreSQL"})
    with pytest.raises(errors.NameTaken):
        await grafana.GrafanaWriter(reach, grafana.CLASSIC).create_data_source(POSTGRES)


async def test_data_source_of_files_is_managed_elsewhere(
    server: memory.MemoryGrafana, reach: grafana.Connection
) -> None:
    server.holds.put_source("pg", read_only=True)
    writer = grafana.GrafanaWriter(reach, grafana.CLASSIC)
    with pytest.raises(errors.ManagedElsewhere, match="update read-only"):
        await writer.replace_data_source(POSTGRES, grafana.Revision("1"))
    with pytest.raises(errors.ManagedElsewhere, match="delete read-only"):
        await writer.delete_data_source("pg")


async def test_data_source_that_grafana_cannot_reach_says_why(
    server: memory.MemoryGrafana, reach: grafana.Connection
) -> None:
    server.holds.put_source("prometheus")
    server.holds.is_source_well = False
    assert await grafana.Grafana(reach).check_data_source(
        "prometheus"
    ) == grafana.DataSourceHealth(is_ok=False, message="connection refused")


@pytest.mark.parametrize("is_multi_status", [True, False], ids=["207", "400"])
async def test_query_that_fails_fails_no_other(
    server: memory.MemoryGrafana, reach: grafana.Connection, *, is_multi_status: bool
) -> None:
    server.holds.is_multi_status = is_multi_status
    server.holds.query = lambda query: (
        "parse error" if query["expr"] == "up(" else [{"data": {"values": [[1], [2]]}}]
    )
    results = await grafana.Grafana(reach).query(
        grafana.Query(ref_id=ref_id, data_source="prometheus", settings={"expr": expr})
        for ref_id, expr in (("A", "up"), ("B", "up("))
    )
    assert results == {
        "A": grafana.Result(error=None, series=1, rows=1),
        "B": grafana.Result(error="parse error", series=0, rows=0),
    }
