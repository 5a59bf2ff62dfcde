"""What a cluster gets, as kubectl renders it, judged by the servers' own tools.

One run of kubectl and four of promtool and amtool: about three seconds.
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
def rendered(
    skillancer: monitoring.Monitoring, tmp_path_factory: pytest.TempPathFactory
) -> list[Manifest]:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("not checked: there is no kubectl on PATH")
    folder = tmp_path_factory.mktemp("cluster")
    environment = skillancer.environments["production"]
    targets = (build.Target.KUBERNETES,)
    build.write(build.build(skillancer, environment, targets), folder)
    said = subprocess.run(  # noqa: S603 - the official tool
        [kubectl, "kustomize", str(folder / "kubernetes/overlays/production")],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return list(yaml.safe_load_all(said.stdout))


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
