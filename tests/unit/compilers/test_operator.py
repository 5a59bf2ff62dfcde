"""The operator's kinds of objects: the same targets, rules and routes as without it."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

import jsonschema
import pytest
import yaml

from sightline.compilers import alertmanager, documents, kubernetes, prometheus
from sightline.compilers.kubernetes.operator import alert_config, rules
from sightline.compilers.prometheus import cluster_scrapes
from sightline.formats import alertmanager_config, estates, matchers
from sightline.model import artifacts, environments, monitoring

Manifest = dict[str, Any]


@pytest.fixture(scope="module")
def production(skillancer: monitoring.Monitoring) -> environments.Environment:
    return skillancer.environments["production"]


@pytest.fixture(scope="module")
def without_zones(skillancer: monitoring.Monitoring) -> monitoring.Monitoring:
    """Skillancer without the windows that follow the time of a place."""
    levels = replace(skillancer.service_levels, maintenance=())
    return replace(skillancer, service_levels=levels)


def _compile(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> Mapping[str, str]:
    built = kubernetes.compile_kubernetes(declared, environment)
    folder = f"kubernetes/operator/{environment.name}/"
    return {
        str(one.path).removeprefix(folder): one.text
        for one in built
        if str(one.path).startswith(folder)
    }


@pytest.fixture(scope="module")
def files(
    skillancer: monitoring.Monitoring, production: environments.Environment
) -> Mapping[str, str]:
    return _compile(skillancer, production)


def _objects(files: Mapping[str, str], name: str) -> list[Manifest]:
    return list(yaml.load_all(files[name], Loader=yaml.CSafeLoader))


def _custom(files: Mapping[str, str]) -> Iterator[Manifest]:
    for name in files:
        if name.endswith(".yaml"):
            for one in _objects(files, name):
                if one["apiVersion"].startswith("monitoring.coreos.com/"):
                    yield one


def _mistakes(one: Manifest, shared_data: Path) -> list[str]:
    version = one["apiVersion"].rpartition("/")[2]
    schema = shared_data / f"helm/crd-schemas/{one['kind']}-{version}.json"
    validator = jsonschema.Draft7Validator(json.loads(schema.read_text()))
    return [f"{one['kind']}: {error.message}" for error in validator.iter_errors(one)]


def test_every_object_fits_the_schema_of_its_kind(
    files: Mapping[str, str], shared_data: Path
) -> None:
    found = list(_custom(files))
    assert {one["kind"] for one in found} == {
        "Prometheus",
        "PrometheusRule",
        "PodMonitor",
        "ServiceMonitor",
        "Probe",
        "ScrapeConfig",
    }
    assert [error for one in found for error in _mistakes(one, shared_data)] == []


def test_a_mistake_in_an_object_would_be_found(
    files: Mapping[str, str], shared_data: Path
) -> None:
    (probe, *_) = [one for one in _custom(files) if one["kind"] == "Probe"]
    probe["spec"]["modul"] = "http"
    assert _mistakes(probe, shared_data) == [
        "Probe: Additional properties are not allowed ('modul' was unexpected)"
    ]


def test_every_scrape_job_without_the_operator_is_there_with_it(
    skillancer: monitoring.Monitoring,
    production: environments.Environment,
    files: Mapping[str, str],
) -> None:
    within = skillancer.within(production)
    plain = cluster_scrapes.compile_cluster_scrapes(within, production)
    expected = {str(dict(job)["job_name"]) for job in plain if isinstance(job, dict)}
    jobs = set()
    for one in _objects(files, "watched/scraping.yaml"):
        spec = one["spec"]
        endpoints = spec.get("podMetricsEndpoints") or spec.get("endpoints") or ()
        jobs |= {
            rule["replacement"]
            for endpoint in endpoints
            for rule in endpoint["relabelings"]
            if rule.get("targetLabel") == "job"
        }
        jobs |= {spec["jobName"]} if "jobName" in spec else set()
    assert jobs == expected


def test_targets_have_no_label_that_only_the_operator_adds(
    files: Mapping[str, str],
) -> None:
    for one in _objects(files, "watched/scraping.yaml"):
        spec = one["spec"]
        for endpoint in spec.get("podMetricsEndpoints") or spec.get("endpoints") or ():
            last = endpoint["relabelings"][-1]
            assert last["action"] == "labeldrop"
            assert {"namespace", "pod", "container", "endpoint"} <= set(
                last["regex"].split("|")
            )


def test_the_labels_of_a_probe_are_those_of_the_spec(files: Mapping[str, str]) -> None:
    found = _objects(files, "watched/scraping.yaml")
    probes = {
        one["metadata"]["name"]: one["spec"] for one in found if one["kind"] == "Probe"
    }
    assert probes["website"] == {
        "jobName": "probes",
        "prober": {"url": "blackbox-exporter.monitoring.svc:9115", "path": "/probe"},
        "module": "http_2xx",
        "targets": {
            "staticConfig": {
                "static": ["https://www.skillancer.com"],
                "labels": {
                    "target": "website",
                    "service": "api-gateway",
                    "team": "platform",
                },
                "relabelingConfigs": [
                    {"action": "labeldrop", "regex": "namespace|pod|container|endpoint"}
                ],
            }
        },
    }


def test_the_rules_are_the_same_groups_as_in_the_rule_files(
    skillancer: monitoring.Monitoring,
    production: environments.Environment,
    files: Mapping[str, str],
) -> None:
    written = prometheus.compile_rule_files(skillancer.within(production), production)
    expected = [
        group
        for one in written
        for group in yaml.load(one.text, Loader=yaml.CSafeLoader)["groups"]
    ]
    found = _objects(files, "watched/rules.yaml")
    assert [group for one in found for group in one["spec"]["groups"]] == expected


def test_no_object_holds_more_rules_than_the_operator_takes() -> None:
    group = "  - name: a\n    # " + "x" * 300_000 + "\n"
    file = artifacts.Artifact(
        path=PurePosixPath("prometheus/rules/http.yml"), text="groups:\n" + group * 3
    )
    assert rules.join_rules([file]) == {
        f"sightline-{number}": documents.Rendered("groups:\n" + group)
        for number in range(3)
    }


def test_the_server_keeps_samples_as_long_and_selects_only_ours(
    files: Mapping[str, str], production: environments.Environment
) -> None:
    (server,) = [one for one in _custom(files) if one["kind"] == "Prometheus"]
    spec = server["spec"]
    ours = {"matchLabels": {"app.kubernetes.io/part-of": "sightline"}}
    assert spec["retention"] == str(production.retention)
    assert spec["replicas"] == 2
    assert spec["version"] == "v3.14.0"
    assert [spec[key] for key in spec if key.endswith("Selector")] == [ours] * 5
    assert all(
        one["metadata"]["labels"]["app.kubernetes.io/part-of"] == "sightline"
        for one in _custom(files)
    )


def test_why_there_is_no_alertmanager_config_is_said(files: Mapping[str, str]) -> None:
    assert "alertmanager-config.yaml" not in files
    assert (
        "- times of the maintenance calendar are those of America/New_York,"
        " and it knows UTC alone.\n" in files["README.md"]
    )


def test_an_alertmanager_config_fits_its_schema(
    without_zones: monitoring.Monitoring,
    production: environments.Environment,
    shared_data: Path,
) -> None:
    files = _compile(without_zones, production)
    config, _ = _objects(files, "alertmanager-config.yaml")
    assert _mistakes(config, shared_data) == []
    assert "alertmanagerConfiguration" in files["README.md"]


def _read(name: str, text: str) -> alertmanager_config.AlertmanagerConfig:
    (config,) = estates.read_texts([(name, text)]).alertmanagers
    return config


def _conditions(found: Iterable[matchers.Matcher]) -> list[str]:
    return [f"{one.label}{one.sign}{one.pattern}" for one in found]


def _routes(config: alertmanager_config.AlertmanagerConfig) -> list[object]:
    assert config.route is not None
    return [
        (one.receiver, _conditions(one.matchers), one.timing, one.continues)
        for one in config.route.walk()
    ]


def test_an_alertmanager_config_routes_as_the_file_does(
    without_zones: monitoring.Monitoring, production: environments.Environment
) -> None:
    config, _ = alert_config.compile_alert_config(without_zones, production)
    plain = alertmanager.compile_config(without_zones, production, "")
    theirs = _read("alertmanager-config.yaml", documents.render_yaml(config))
    ours = _read("alertmanager.yml", documents.render_yaml(plain))
    assert _routes(theirs) == _routes(ours)
    assert [
        (_conditions(one.sources), _conditions(one.targets), one.equal)
        for one in theirs.inhibit_rules
    ] == [
        (_conditions(one.sources), _conditions(one.targets), one.equal)
        for one in ours.inhibit_rules
    ]
    assert {name: one.channels for name, one in theirs.receivers.items()} == {
        name: one.channels for name, one in ours.receivers.items()
    }


def test_secrets_of_an_alertmanager_config_are_references(
    without_zones: monitoring.Monitoring, production: environments.Environment
) -> None:
    config, _ = alert_config.compile_alert_config(without_zones, production)
    spec = yaml.load(documents.render_yaml(config), Loader=yaml.CSafeLoader)["spec"]
    receivers = {one["name"]: one for one in spec["receivers"]}
    (pager,) = receivers["p0"]["pagerdutyConfigs"]
    assert pager["routingKey"] == {
        "name": "alertmanager-secrets",
        "key": "pagerduty-routing-key",
    }
    (webhook,) = receivers["p0"]["webhookConfigs"]
    assert webhook["urlSecret"]["key"] == "webhook-url"
    assert webhook["httpConfig"]["authorization"] == {
        "type": "Bearer",
        "credentials": {"name": "alertmanager-secrets", "key": "webhook-token"},
    }
    (mail,) = receivers["p0"]["emailConfigs"]
    assert mail["authPassword"]["key"] == "smtp-password"
