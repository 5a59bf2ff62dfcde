import dataclasses
import json
import re
from pathlib import PurePosixPath
from typing import Any

import pytest
import yaml

from sightline.app import build
from sightline.model import environments, monitoring

_OWN_FOLDERS = {PurePosixPath("compose/secrets"), PurePosixPath("compose/targets")}


def _build(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> dict[PurePosixPath, str]:
    built = build.build(declared, environment)
    return {artifact.path: artifact.text for artifact in built}


def _alone(declared: monitoring.Monitoring) -> environments.Environment:
    return dataclasses.replace(declared.environments["production"], replicas={})


@pytest.fixture(scope="module")
def texts(skillancer: monitoring.Monitoring) -> dict[PurePosixPath, str]:
    return _build(skillancer, skillancer.environments["production"])


def _project(texts: dict[PurePosixPath, str]) -> dict[str, Any]:
    project: dict[str, Any] = yaml.safe_load(
        texts[PurePosixPath("compose/compose.yaml")]
    )
    return project


def _targets(texts: dict[PurePosixPath, str]) -> dict[str, list[str]]:
    return {
        path.stem: [
            address for group in json.loads(text) for address in group["targets"]
        ]
        for path, text in texts.items()
        if path.parent == PurePosixPath("compose/targets")
    }


def _mounted(project: dict[str, Any]) -> set[PurePosixPath]:
    """The places in the build that containers see."""
    sources = {
        volume.partition(":")[0]
        for service in project["services"].values()
        for volume in service.get("volumes", ())
    }
    return {
        PurePosixPath(source.removeprefix("../"))
        if source.startswith("../")
        else PurePosixPath("compose") / source
        for source in sources
        if source.startswith(".")
    }


def test_everything_that_containers_see_of_the_build_is_built(
    texts: dict[PurePosixPath, str],
) -> None:
    there = set(texts) | {parent for path in texts for parent in path.parents}
    assert _mounted(_project(texts)) - there - _OWN_FOLDERS == set()


def test_every_target_is_a_container_of_the_project(
    texts: dict[PurePosixPath, str],
) -> None:
    services = _project(texts)["services"]
    assert _targets(texts) == {
        "alertmanager": [f"alertmanager-{number}:9093" for number in (1, 2, 3)],
        "blackbox": ["blackbox-exporter:9115"],
        "cadvisor": ["cadvisor:8080"],
        "node": ["node-exporter:9100"],
        "postgres": ["postgres-exporter:9187"],
        "process": ["process-exporter:9256"],
        "prometheus": ["prometheus-1:9090", "prometheus-2:9090"],
        "redis": ["redis-exporter:9121"],
    }
    hosts = {
        address.partition(":")[0]
        for addresses in _targets(texts).values()
        for address in addresses
    }
    assert hosts - services.keys() == set()


def test_every_image_is_pinned(texts: dict[PurePosixPath, str]) -> None:
    images = [one["image"] for one in _project(texts)["services"].values()]
    assert all(re.fullmatch(r"[\w./-]+:v?\d+\.\d+\.\d+", image) for image in images)


def test_members_of_a_pair_have_names_and_those_of_a_cluster_know_each_other(
    texts: dict[PurePosixPath, str],
) -> None:
    services = _project(texts)["services"]
    replicas = [services[f"prometheus-{n}"]["environment"]["REPLICA"] for n in (1, 2)]
    assert replicas == ["prometheus-1", "prometheus-2"]
    peers = [
        word for word in services["alertmanager-2"]["command"] if "cluster.peer" in word
    ]
    assert peers == [
        "--cluster.peer=alertmanager-1:9094",
        "--cluster.peer=alertmanager-3:9094",
    ]


def test_one_of_each_has_the_plain_name_and_no_cluster(
    skillancer: monitoring.Monitoring,
) -> None:
    texts = _build(skillancer, _alone(skillancer))
    services = _project(texts)["services"]
    assert {"prometheus", "alertmanager", "grafana"} <= services.keys()
    assert "--cluster.listen-address=" in services["alertmanager"]["command"]
    assert _targets(texts)["prometheus"] == ["prometheus:9090"]


def test_only_this_machine_reaches_the_servers(
    texts: dict[PurePosixPath, str],
) -> None:
    services = _project(texts)["services"]
    ports = {
        name: service["ports"]
        for name, service in services.items()
        if "ports" in service
    }
    assert ports == {
        "prometheus-1": ["127.0.0.1:9090:9090"],
        "alertmanager-1": ["127.0.0.1:9093:9093"],
        "grafana": ["127.0.0.1:3000:3000"],
    }


def test_grafana_asks_the_containers_and_not_the_world(
    texts: dict[PurePosixPath, str],
) -> None:
    path = PurePosixPath("compose/grafana/provisioning/datasources/sightline.yml")
    sources = yaml.safe_load(texts[path])["datasources"]
    assert [one["url"] for one in sources] == [
        "http://prometheus-1:9090",
        "http://alertmanager-1:9093",
    ]


def test_relative_secrets_lie_where_alertmanager_runs(
    skillancer: monitoring.Monitoring,
) -> None:
    texts = _build(
        skillancer,
        dataclasses.replace(_alone(skillancer), secrets_directory="secrets"),
    )
    alertmanager = _project(texts)["services"]["alertmanager"]
    assert alertmanager["working_dir"] == "/etc/alertmanager"
    assert "./secrets:/etc/alertmanager/secrets:ro" in alertmanager["volumes"]


def test_exporters_without_a_scrape_job_are_left_out(
    skillancer: monitoring.Monitoring,
) -> None:
    alone = dataclasses.replace(skillancer, exporters=())
    texts = _build(alone, _alone(alone))
    assert set(_project(texts)["services"]) == {"prometheus", "alertmanager", "grafana"}
