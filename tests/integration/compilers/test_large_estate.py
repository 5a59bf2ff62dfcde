"""Six hundred services: every part of a build holds the same rules, in pieces.

One build of all parts, most of it read back, and promtool once: about ten seconds.
"""

import json
import re
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from sightline.app import build
from sightline.compilers.kubernetes import objects
from sightline.spec import loading
from support import large_estates

pytestmark = pytest.mark.integration

SERVICES = 600
MOST_OF_AN_OBJECT = 2**20
"""https://kubernetes.io/docs/concepts/configuration/configmap/"""

Rules = dict[str, list[Any]]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a whole build."""
    folder = tmp_path_factory.mktemp("estate")
    declared = loading.require(large_estates.write(folder / "spec", SERVICES))
    environment = declared.environments["production"]
    built = build.build(declared, environment, tuple(build.Target))
    build.write(built, folder / "build")
    return folder / "build"


@pytest.fixture(scope="module")
def rule_files(written: Path) -> Mapping[str, str]:
    """What Prometheus reads where nothing is between: the truth about the others."""
    files = sorted((written / "prometheus/rules").glob("*.yml"))
    return {path.name: path.read_text() for path in files}


@pytest.fixture(scope="module")
def groups(rule_files: Mapping[str, str]) -> Rules:
    return _groups(map(_parse, rule_files.values()))


@pytest.fixture(scope="module")
def chart(written: Path) -> dict[str, Any]:
    values: dict[str, Any] = _parse((written / "helm/prometheus.yaml").read_text())
    return values


def _parse(text: str) -> Any:  # noqa: ANN401 - whatever YAML holds
    return yaml.load(text, Loader=yaml.CSafeLoader)


def _groups(documents: Iterable[Any]) -> Rules:
    found = [group for document in documents for group in document["groups"]]
    named = {group["name"]: group["rules"] for group in found}
    assert len(named) == len(found)
    return named


def _size(files: Mapping[str, str]) -> int:
    return sum(len(name) + len(text.encode()) for name, text in files.items())


def test_promtool_accepts_every_part_and_counts_all_the_rules(
    binaries: Mapping[str, Path], written: Path, groups: Rules
) -> None:
    said = subprocess.run(  # noqa: S603 - the official tool, with our arguments
        [
            binaries["promtool"],
            *("check", "rules", "--lint=all", "--lint-fatal"),
            *sorted((written / "prometheus/rules").glob("*.yml")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    counted = sum(map(int, re.findall(r"SUCCESS: (\d+) rules found", said.stdout)))
    assert counted == sum(map(len, groups.values()))


def test_each_service_has_its_alerts_once(groups: Rules) -> None:
    made = [
        (rule["alert"], rule["labels"]["service"])
        for name, rules in groups.items()
        if name.startswith("services.part-")
        for rule in rules
    ]
    assert len(made) == len(set(made)) == 2 * SERVICES
    assert {alert for alert, _ in made} == {"ServiceReplicasLow", "ServiceUnhealthy"}


def test_the_config_maps_of_the_manifests_hold_all_files_and_are_mounted(
    written: Path, rule_files: Mapping[str, str]
) -> None:
    overlay = written / "kubernetes/overlays/production"
    listed = yaml.load_all(
        (overlay / "prometheus-files.yaml").read_text(), Loader=yaml.CSafeLoader
    )
    maps = {
        one["metadata"]["name"]: one["data"]
        for one in listed
        if one["metadata"]["name"].startswith("prometheus-rules-")
    }
    assert len(maps) > 1
    assert max(map(_size, maps.values())) <= objects.MOST_BYTES
    held = [file for files in maps.values() for file in files.items()]
    assert len(held) == len(rule_files)
    assert dict(held) == rule_files
    patch = _parse((overlay / "patch-prometheus.yaml").read_text())
    volumes = patch["spec"]["template"]["spec"]["volumes"]
    (mounted,) = [one for one in volumes if one["name"] == "prometheus-rules"]
    sources = [one["configMap"]["name"] for one in mounted["projected"]["sources"]]
    assert sources == list(maps)


def test_the_chart_s_one_config_map_is_relieved_by_others_that_are_mounted_and_watched(
    chart: dict[str, Any], rule_files: Mapping[str, str], groups: Rules
) -> None:
    own = dict(chart["serverFiles"])
    config = own.pop("prometheus.yml")
    joined = {name: rule_files[name] for name in own}
    assert _size({**joined, "prometheus.yml": json.dumps(config)}) < MOST_OF_AN_OBJECT
    given = [
        _parse(text.replace('{{ "{{" }}', "{{")) for text in chart["extraManifests"]
    ]
    maps = {
        one["metadata"]["name"]: one["data"]
        for one in given
        if one["kind"] == "ConfigMap"
    }
    mounts = chart["server"]["extraConfigmapMounts"]
    found = {f"/etc/config/{name}": document for name, document in own.items()}
    for mount in mounts:
        files = maps[mount["configMap"]]
        assert _size(files) <= objects.MOST_BYTES
        found |= {
            f"{mount['mountPath']}/{name}": _parse(text) for name, text in files.items()
        }
    assert sorted(config["rule_files"]) == sorted(found)
    assert _groups(found.values()) == groups
    reloading = chart["configmapReload"]["prometheus"]
    assert reloading["extraConfigmapMounts"] == mounts
    assert reloading["extraVolumeDirs"] == [one["mountPath"] for one in mounts]


def test_the_operator_gets_all_groups_in_objects_that_can_be_stored(
    written: Path, groups: Rules, rule_files: Mapping[str, str]
) -> None:
    values = _parse((written / "helm/kube-prometheus-stack.yaml").read_text())
    given = values["additionalPrometheusRulesMap"]
    assert len(given) > 1
    assert _groups(given.values()) == groups
    for one in given.values():
        named = [f"{group['name']}.yml" for group in one["groups"]]
        assert _size({name: rule_files[name] for name in named}) < MOST_OF_AN_OBJECT
