"""The manifests for a cluster: what an overlay has, and where its files come from."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from sightline import errors
from sightline.compilers import kubernetes, programs
from sightline.compilers.kubernetes import base, objects, overlays
from sightline.model import artifacts, environments, monitoring, placement

Manifest = dict[str, Any]


@pytest.fixture(scope="module")
def production(skillancer: monitoring.Monitoring) -> environments.Environment:
    return skillancer.environments["production"]


@pytest.fixture(scope="module")
def texts(
    skillancer: monitoring.Monitoring, production: environments.Environment
) -> Mapping[str, str]:
    built = kubernetes.compile_kubernetes(skillancer, production)
    return {str(one.path): one.text for one in built}


def _manifests(texts: Mapping[str, str], folder: str) -> Iterator[Manifest]:
    for path, text in texts.items():
        if path.startswith(f"kubernetes/{folder}") and path.endswith(".yaml"):
            yield from yaml.safe_load_all(text)


def _pods(found: Iterator[Manifest]) -> Iterator[tuple[Manifest, Manifest]]:
    for one in found:
        if one["kind"] in {"StatefulSet", "Deployment", "DaemonSet"}:
            yield one, one["spec"]["template"]["spec"]


def test_an_environment_without_a_cluster_has_no_manifests(
    skillancer: monitoring.Monitoring,
) -> None:
    local = skillancer.environments["local"]
    assert kubernetes.compile_kubernetes(skillancer, local) == ()


def test_the_base_is_the_same_for_every_environment(
    skillancer: monitoring.Monitoring,
) -> None:
    def base_of(name: str) -> list[artifacts.Artifact]:
        environment = skillancer.environments[name]
        built = kubernetes.compile_kubernetes(skillancer, environment)
        return [one for one in built if one.path.parts[1] == "base"]

    assert base_of("production") == base_of("staging")


def test_every_pod_is_probed_bounded_and_without_privileges() -> None:
    for program in placement.Program:
        if program is placement.Program.CONSOLE:
            continue
        for _, pod in _pods(iter(base.compile_program(program))):
            assert pod["securityContext"]["runAsNonRoot"] is True
            (container,) = pod["containers"]
            assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
            assert container["resources"]["limits"].keys() == {"memory"}
            assert {"readinessProbe", "livenessProbe", "startupProbe"} <= set(container)


def test_every_pod_has_a_network_policy_for_its_port() -> None:
    for program in placement.Program:
        if program is placement.Program.CONSOLE:
            continue
        found = yaml.safe_load_all(objects.render(base.compile_program(program)))
        (policy,) = [one for one in found if one["kind"] == "NetworkPolicy"]
        (rule,) = policy["spec"]["ingress"]
        assert rule["ports"][0]["port"] == programs.FACTS[program].port


def test_secrets_are_referred_to_and_never_made(texts: Mapping[str, str]) -> None:
    kinds = {one["kind"] for one in _manifests(texts, "")}
    assert "Secret" not in kinds


def test_a_pair_and_a_cluster_have_budgets_and_one_alone_has_none(
    skillancer: monitoring.Monitoring, texts: Mapping[str, str]
) -> None:
    budgets = texts["kubernetes/overlays/production/budgets.yaml"]
    names = [one["metadata"]["name"] for one in yaml.safe_load_all(budgets)]
    assert names == ["prometheus", "alertmanager"]
    staging = kubernetes.compile_kubernetes(
        skillancer, skillancer.environments["staging"]
    )
    assert not [one for one in staging if one.path.name == "budgets.yaml"]


def test_alertmanagers_know_their_peers_by_name(texts: Mapping[str, str]) -> None:
    patch = yaml.safe_load(
        texts["kubernetes/overlays/production/patch-alertmanager.yaml"]
    )
    (container,) = patch["spec"]["template"]["spec"]["containers"]
    assert patch["spec"]["replicas"] == 3
    assert [word for word in container["args"] if "peer" in word] == [
        f"--cluster.peer=alertmanager-{number}.alertmanager-pods:9094"
        for number in range(3)
    ]


def test_samples_are_kept_for_the_time_that_the_environment_says(
    texts: Mapping[str, str], production: environments.Environment
) -> None:
    patch = yaml.safe_load(
        texts["kubernetes/overlays/production/patch-prometheus.yaml"]
    )
    (container,) = patch["spec"]["template"]["spec"]["containers"]
    assert f"--storage.tsdb.retention.time={production.retention}" in container["args"]
    # 85 % of 200 GiB
    assert "--storage.tsdb.retention.size=174080MB" in container["args"]


def test_prometheus_tells_its_replicas_apart_and_alerts_do_not(
    texts: Mapping[str, str],
) -> None:
    maps = yaml.safe_load_all(
        texts["kubernetes/overlays/production/prometheus-files.yaml"]
    )
    config = yaml.safe_load(next(iter(maps))["data"]["prometheus.yml"])
    assert config["global"]["external_labels"] == {
        "env": "production",
        "replica": "${REPLICA}",
    }
    assert config["alerting"]["alert_relabel_configs"] == [
        {"action": "labeldrop", "regex": "replica"}
    ]
    assert config["rule_files"] == ["/etc/sightline/rules/*.yml"]


def test_every_scrape_job_of_the_spec_is_there(
    skillancer: monitoring.Monitoring,
    production: environments.Environment,
    texts: Mapping[str, str],
) -> None:
    maps = yaml.safe_load_all(
        texts["kubernetes/overlays/production/prometheus-files.yaml"]
    )
    config = yaml.safe_load(next(iter(maps))["data"]["prometheus.yml"])
    within = skillancer.within(production)
    assert [job["job_name"] for job in config["scrape_configs"]] == [
        "services",
        "service-health",
        "probes",
        *(exporter.job for exporter in within.exporters),
    ]


def test_dashboards_carry_the_label_of_the_side_car_and_their_folder(
    texts: Mapping[str, str],
) -> None:
    maps = list(
        yaml.safe_load_all(texts["kubernetes/overlays/production/grafana-files.yaml"])
    )
    (boards,) = [one for one in maps if "-dashboards-" in one["metadata"]["name"]]
    assert boards["metadata"]["labels"]["grafana_dashboard"] == "1"
    assert boards["metadata"]["annotations"] == {"grafana_folder": "Skillancer"}
    assert {json.loads(text)["uid"] for text in boards["data"].values()} == {
        "cdn",
        "database",
        "engineering",
        "executive",
        "security",
        "slo",
    }


def test_a_changed_configuration_restarts_who_does_not_read_it_anew(
    skillancer: monitoring.Monitoring, production: environments.Environment
) -> None:
    def mark(environment: environments.Environment, program: str) -> str:
        built = kubernetes.compile_kubernetes(skillancer, environment)
        (text,) = [
            one.text for one in built if one.path.name == f"patch-{program}.yaml"
        ]
        template = yaml.safe_load(text)["spec"]["template"]
        return str(template.get("metadata", {}).get("annotations"))

    changed = replace(production, smtp_from="other@skillancer.com")
    assert mark(production, "alertmanager") != mark(changed, "alertmanager")
    assert mark(production, "grafana") == mark(changed, "grafana")


def test_files_are_spread_over_config_maps_that_are_small_enough() -> None:
    files = {"a": "x" * 50, "b": "y" * 60, "c": "z" * 30}
    assert list(objects.pack(files, most=100)) == [
        {"a": files["a"]},
        {"b": files["b"], "c": files["c"]},
    ]


def test_a_file_larger_than_a_config_map_is_refused() -> None:
    with pytest.raises(errors.InputError) as refused:
        list(objects.pack({"a": "x" * 100}, most=100))
    assert str(refused.value) == (
        "expected a file of at most 100 bytes, as a ConfigMap holds it, found a with"
        " 101; divide what it is made of (a file of signals, a dashboard), or build"
        " without kubernetes and helm"
    )


def test_what_cannot_be_run_is_said_with_its_reason(
    skillancer: monitoring.Monitoring, production: environments.Environment
) -> None:
    program = placement.Program.COLLECTORS
    rooms = {**production.place.rooms, program: placement.DEFAULT_ROOMS[program]}
    bare = replace(production, place=replace(production.place, rooms=rooms))
    within = skillancer.within(bare)
    assert programs.absent(within, bare) == {
        program: "the environment names no `image` for it"
    }
    assert program not in programs.present(within, bare)


def test_a_program_made_whole_is_what_its_patch_makes_of_it(
    skillancer: monitoring.Monitoring, production: environments.Environment
) -> None:
    program = placement.Program.COLLECTORS
    whole = overlays.compile_whole(program, skillancer.within(production), production)
    ((_, pod),) = _pods(iter(whole))
    (container,) = pod["containers"]
    assert container["image"] == "registry.skillancer.com/sightline:0.1.0"
    assert container["command"] == ["sightline"]
    assert container["volumeMounts"][0]["mountPath"] == "/etc/sightline/collectors"


def test_rules_of_the_overlay_fit_the_schema_of_prometheus_rules(
    texts: Mapping[str, str], shared_data: Path
) -> None:
    schema = json.loads(
        (shared_data / "helm/crd-schemas/PrometheusRule-v1.json").read_text()
    )
    validator = jsonschema.Draft7Validator(schema)
    maps = yaml.safe_load_all(
        texts["kubernetes/overlays/production/prometheus-files.yaml"]
    )
    for one in list(maps)[1:]:
        for text in one["data"].values():
            rule = {
                "apiVersion": "monitoring.coreos.com/v1",
                "kind": "PrometheusRule",
                "metadata": {"name": "rules"},
                "spec": yaml.safe_load(text),
            }
            assert [error.message for error in validator.iter_errors(rule)] == []
