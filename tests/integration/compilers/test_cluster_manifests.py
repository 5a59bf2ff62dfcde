"""What a cluster gets, as kubectl renders it, judged by the servers' own tools.

Two runs of kubectl and four of promtool and amtool: about three seconds.
"""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from sightline.app import build
from sightline.model import monitoring
from sightline.spec import settings

pytestmark = pytest.mark.integration

Manifest = dict[str, Any]


@pytest.fixture(scope="module")
def built(
    skillancer: monitoring.Monitoring, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    folder = tmp_path_factory.mktemp("cluster")
    environment = skillancer.environments["production"]
    targets = (build.Target.KUBERNETES,)
    build.write(build.build(skillancer, environment, targets), folder)
    return folder / "kubernetes"


def _render(folder: Path) -> list[Manifest]:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("not checked: there is no kubectl on PATH")
    said = subprocess.run(  # noqa: S603 - the official tool
        [kubectl, "kustomize", str(folder)],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return list(yaml.load_all(said.stdout, Loader=yaml.CSafeLoader))


@pytest.fixture(scope="module")
def rendered(built: Path) -> list[Manifest]:
    return _render(built / "overlays/production")


@pytest.fixture(scope="module")
def operated(built: Path) -> list[Manifest]:
    return _render(built / "operator/production")


@pytest.fixture(scope="module")
def files(
    rendered: list[Manifest], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Path]:
    """The folders that pods see, by the name of their ConfigMap."""
    place = tmp_path_factory.mktemp("mounted")
    found: dict[str, Path] = {}
    for one in rendered:
        if one["kind"] == "ConfigMap":
            folder = found[one["metadata"]["name"]] = place / one["metadata"]["name"]
            folder.mkdir()
            for name, text in one["data"].items():
                (folder / name).write_text(text)
    return found


def _run(*words: str | Path) -> str:
    done = subprocess.run(  # noqa: S603 - the official tools
        [str(word) for word in words],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _mounted(rendered: list[Manifest]) -> Iterator[tuple[str, str]]:
    """Gives every ConfigMap that a pod needs, with the pod's name."""
    for one in rendered:
        if one["kind"] not in {"StatefulSet", "Deployment", "DaemonSet"}:
            continue
        for volume in one["spec"]["template"]["spec"].get("volumes", []):
            sources = volume.get("projected", {}).get("sources", [volume])
            for source in sources:
                named = source.get("configMap", {})
                if named and not named.get("optional"):
                    yield one["metadata"]["name"], named["name"]


def test_every_object_lies_in_the_environments_namespace(
    rendered: list[Manifest],
) -> None:
    apart = {"Namespace", "ClusterRole", "ClusterRoleBinding"}
    assert {
        one["metadata"]["namespace"] for one in rendered if one["kind"] not in apart
    } == {"monitoring"}


def test_leave_to_discover_is_given_to_prometheus_where_it_runs(
    rendered: list[Manifest],
) -> None:
    (binding,) = [one for one in rendered if one["kind"] == "ClusterRoleBinding"]
    assert binding["subjects"] == [
        {"kind": "ServiceAccount", "name": "prometheus", "namespace": "monitoring"}
    ]


def test_every_config_map_that_a_pod_mounts_is_there(
    rendered: list[Manifest], files: Mapping[str, Path]
) -> None:
    missing = [(pod, name) for pod, name in _mounted(rendered) if name not in files]
    assert missing == []


def test_no_volume_is_mounted_that_the_pod_does_not_have(
    rendered: list[Manifest],
) -> None:
    for one in rendered:
        if one["kind"] not in {"StatefulSet", "Deployment", "DaemonSet"}:
            continue
        spec = one["spec"]
        pod = spec["template"]["spec"]
        known = {volume["name"] for volume in pod.get("volumes", [])} | {
            claim["metadata"]["name"] for claim in spec.get("volumeClaimTemplates", [])
        }
        for container in pod["containers"]:
            mounts = {mount["name"] for mount in container.get("volumeMounts", [])}
            assert mounts <= known, one["metadata"]["name"]


def test_promtool_accepts_prometheus_and_its_rules(
    files: Mapping[str, Path], binaries: Mapping[str, Path]
) -> None:
    config = files["prometheus-config"] / "prometheus.yml"
    _run(binaries["promtool"], "check", "config", "--syntax-only", config)
    rules = sorted(files["prometheus-rules-0"].glob("*.yml"))
    assert "SUCCESS" in _run(binaries["promtool"], "check", "rules", *rules)


def test_row_130_amtool_accepts_what_a_cluster_mounts(
    files: Mapping[str, Path], binaries: Mapping[str, Path]
) -> None:
    config = files["alertmanager-config"] / "alertmanager.yml"
    said = _run(binaries["amtool"], "check-config", config)
    assert "SUCCESS" in said


def test_the_collectors_settings_are_ones_that_they_read(
    files: Mapping[str, Path],
) -> None:
    read = settings.require(files["collectors-settings"] / "collect.yaml")
    assert read.environment == "production"
    assert set(read.connections) == {
        "platform",
        "sessions",
        "payments",
        "edge",
        "security-log",
        "cdn-log",
        "bad-networks",
        "countries",
    }


def _identities(among: list[Manifest]) -> set[tuple[str, str]]:
    return {(one["kind"], one["metadata"]["name"]) for one in among}


def test_the_operator_takes_the_place_of_one_prometheus_and_of_nothing_else(
    rendered: list[Manifest], operated: list[Manifest]
) -> None:
    gone = _identities(rendered) - _identities(operated)
    assert gone == {
        ("StatefulSet", "prometheus"),
        ("Service", "prometheus-pods"),
        ("ConfigMap", "prometheus-config"),
        ("ConfigMap", "prometheus-rules-0"),
    }
    came = {kind for kind, _ in _identities(operated) - _identities(rendered)}
    assert came == {
        "ClusterRole",
        "ClusterRoleBinding",
        "Prometheus",
        "PrometheusRule",
        "PodMonitor",
        "ServiceMonitor",
        "Probe",
        "ScrapeConfig",
    }


def test_a_service_monitor_finds_a_service_of_ours(operated: list[Manifest]) -> None:
    services = [
        one["metadata"]["labels"] for one in operated if one["kind"] == "Service"
    ]
    for one in operated:
        if one["kind"] == "ServiceMonitor" and one["metadata"]["name"] != "cadvisor":
            wanted = one["spec"]["selector"]["matchLabels"].items()
            assert any(wanted <= labels.items() for labels in services), one


def test_what_is_for_an_existing_prometheus_can_be_applied_alone(built: Path) -> None:
    watched = _render(built / "operator/production/watched")
    assert {one["kind"] for one in watched} == {
        "PrometheusRule",
        "PodMonitor",
        "ServiceMonitor",
        "Probe",
        "ScrapeConfig",
    }
