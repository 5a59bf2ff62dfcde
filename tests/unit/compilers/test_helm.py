"""The values of the charts: every key is one that the chart reads; no trap is left."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from sightline.compilers import helm, upstream
from sightline.compilers.helm import escaping
from sightline.model import environments, monitoring

Values = dict[str, Any]

# What a chart passes on as it is: its keys are Alertmanager's, Prometheus's, ours …
FREE = re.compile(
    r"server\.(global|env|remoteWrite|resources)|server\.podDisruptionBudget"
    r"|alertRelabelConfigs|serverFiles|extraManifests|prometheus-node-exporter\.resources"
    r"|(alertmanager\.)?(config|templates|templateFiles|resources|podDisruptionBudget)"
    r"|(grafana\.)?(grafana\.ini|datasources|dashboardProviders|dashboards|resources)"
    r"|additionalPrometheusRulesMap|prometheus\.prometheusSpec\.(externalLabels"
    r"|resources|storageSpec|additionalScrapeConfigs|remoteWrite)"
    r"|alertmanager\.alertmanagerSpec\.(resources|storage)|config\.modules"
    r"|config\.datasource\.passwordSecret"
)
SUB_CHARTS = {
    "prometheus": {"alertmanager": "alertmanager"},
    "kube-prometheus-stack": {"grafana": "grafana"},
}


@pytest.fixture(scope="module")
def production(skillancer: monitoring.Monitoring) -> environments.Environment:
    return skillancer.environments["production"]


@pytest.fixture(scope="module")
def texts(
    skillancer: monitoring.Monitoring, production: environments.Environment
) -> Mapping[str, str]:
    built = helm.compile_helm(skillancer, production)
    return {one.path.name: one.text for one in built}


def _values(texts: Mapping[str, str], release: str) -> Values:
    values = yaml.load(texts[f"{release}.yaml"], Loader=yaml.CSafeLoader)
    assert isinstance(values, dict)
    return values


def _paths(values: Values, prefix: str = "") -> Iterator[str]:
    for key, inner in values.items():
        path = f"{prefix}{key}"
        if isinstance(inner, dict) and inner and not FREE.fullmatch(path):
            yield from _paths(inner, f"{path}.")
        else:
            yield path


def _defaults(shared_data: Path, chart: str) -> Values:
    folder = shared_data / "helm" / chart
    defaults: Values = yaml.safe_load((folder / "values.yaml").read_text())
    for key, name in SUB_CHARTS.get(chart, {}).items():
        defaults[key] = _joined(_defaults(shared_data, name), defaults.get(key) or {})
    return defaults


def _joined(below: Values, above: Values) -> Values:
    joined = dict(below)
    for key, inner in above.items():
        old = joined.get(key)
        is_both = isinstance(inner, dict) and isinstance(old, dict)
        joined[key] = _joined(old or {}, inner) if is_both else inner
    return joined


def _has(defaults: Values, path: str) -> bool:
    """Whether a chart's values have a key; keys themselves may hold full stops."""
    found: Any = defaults
    rest = path
    while rest:
        if not isinstance(found, dict):
            return False
        key = next((one for one in found if f"{rest}.".startswith(f"{one}.")), None)
        if key is None:
            return False
        found, rest = found[key], rest[len(key) + 1 :]
    return True


# Commented out in the chart's values, and read by its templates.
COMMENTED = {
    "server.podDisruptionBudget.maxUnavailable",
    "nodeExporter.enabled",
    "prometheus-node-exporter.enabled",
    "prometheus.podDisruptionBudget.maxUnavailable",
    "alertmanager.podDisruptionBudget.maxUnavailable",
    "prometheus.prometheusSpec.replicaExternalLabelName",
    "prometheus-node-exporter.prometheus.monitor.enabled",
    "image.repository",
    "image.tag",
}


@pytest.mark.parametrize("release", sorted(upstream.CHARTS))
def test_every_key_is_one_that_the_chart_has(
    release: str, texts: Mapping[str, str], shared_data: Path
) -> None:
    chart = upstream.CHARTS[release].name.partition("/")[2]
    defaults = _defaults(shared_data, chart)
    unknown = {
        path
        for path in _paths(_values(texts, release))
        if not FREE.fullmatch(path) and not _has(defaults, path)
    }
    assert unknown - COMMENTED == set()


@pytest.mark.parametrize("release", sorted(upstream.CHARTS))
def test_charts_are_pinned_to_the_versions_that_were_looked_at(
    release: str, shared_data: Path
) -> None:
    chart = upstream.CHARTS[release]
    name = chart.name.partition("/")[2]
    known = yaml.safe_load((shared_data / "helm" / name / "Chart.yaml").read_text())
    assert chart.version == known["version"]


def test_row_134_values_fit_the_schemas_of_charts_that_have_one(
    texts: Mapping[str, str], shared_data: Path
) -> None:
    values = _values(texts, "prometheus")
    parts = {"prometheus": values, "alertmanager": values["alertmanager"]}
    for chart, part in parts.items():
        folder = shared_data / "helm" / chart
        schema = json.loads((folder / "values.schema.json").read_text())
        # Its own dialect has no version: the sixth and the seventh agree on it.
        validator = jsonschema.Draft7Validator(schema)
        whole = _joined(_defaults(shared_data, chart), part)
        assert [error.message for error in validator.iter_errors(whole)] == []


def test_samples_outlive_the_chart_s_fifteen_days(
    texts: Mapping[str, str], production: environments.Environment
) -> None:
    server = _values(texts, "prometheus")["server"]
    assert server["retention"] == str(production.retention) == "40d"
    spec = _values(texts, "kube-prometheus-stack")["prometheus"]["prometheusSpec"]
    assert spec["retention"] == "40d"


def test_row_135_scrapes_and_rules_run_as_often_as_the_environment_says(
    texts: Mapping[str, str],
) -> None:
    server = _values(texts, "prometheus")["server"]
    assert server["global"] == {
        "scrape_interval": "15s",
        "scrape_timeout": "10s",
        "evaluation_interval": "15s",
        "external_labels": {"env": "production", "replica": "${REPLICA}"},
    }


def test_replicas_have_names_of_their_own_and_alerts_carry_none(
    texts: Mapping[str, str],
) -> None:
    values = _values(texts, "prometheus")
    assert values["server"]["statefulSet"]["enabled"] is True
    assert values["server"]["env"] == [
        {
            "name": "REPLICA",
            "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}},
        }
    ]
    assert values["alertRelabelConfigs"] == {
        "alert_relabel_configs": [{"action": "labeldrop", "regex": "replica"}]
    }


def test_no_job_of_the_chart_is_left_beside_ours(
    texts: Mapping[str, str], shared_data: Path
) -> None:
    defaults = _defaults(shared_data, "prometheus")["scrapeConfigs"]
    jobs = _values(texts, "prometheus")["scrapeConfigs"]
    assert jobs == {name: {"enabled": False} for name in defaults}


def test_every_rule_file_is_named_where_prometheus_looks(
    texts: Mapping[str, str],
) -> None:
    files = _values(texts, "prometheus")["serverFiles"]
    listed = files["prometheus.yml"]["rule_files"]
    assert listed == [
        f"/etc/config/{name}" for name in files if name != "prometheus.yml"
    ]


def test_the_stack_sees_objects_of_every_release(texts: Mapping[str, str]) -> None:
    spec = _values(texts, "kube-prometheus-stack")["prometheus"]["prometheusSpec"]
    kinds = ("rule", "serviceMonitor", "podMonitor", "probe", "scrapeConfig")
    assert [spec[f"{kind}SelectorNilUsesHelmValues"] for kind in kinds] == [False] * 5


@pytest.mark.parametrize("release", ["prometheus", "kube-prometheus-stack"])
def test_the_watchdog_is_sent_outside_and_not_to_nobody(
    release: str, texts: Mapping[str, str]
) -> None:
    config = _values(texts, release)["alertmanager"]["config"]
    first = config["route"]["routes"][0]
    assert first["matchers"] == ['alertname="Watchdog"']
    assert first["receiver"] == "heartbeat"
    assert "null" not in {one["name"] for one in config["receivers"]}


@pytest.mark.parametrize(
    ("release", "folder"),
    [
        ("prometheus", "/etc/sightline/secrets"),
        (
            "kube-prometheus-stack",
            "/etc/alertmanager/secrets/alertmanager-secrets",
        ),
    ],
)
def test_secrets_are_read_where_they_are_mounted(
    release: str, folder: str, texts: Mapping[str, str]
) -> None:
    part = _values(texts, release)["alertmanager"]
    text = yaml.safe_dump(part["config"])
    read = set(re.findall(r"(?:url|key|password|credentials)_file: (\S+)/[\w-]+", text))
    assert read == {folder}
    mounted = part.get("extraSecretMounts")
    if mounted:
        assert [one["mountPath"] for one in mounted] == [folder]
    else:
        assert part["alertmanagerSpec"]["secrets"] == ["alertmanager-secrets"]


@pytest.mark.parametrize("release", ["prometheus", "kube-prometheus-stack"])
def test_what_helm_renders_once_more_has_no_braces_of_its_own(
    release: str, texts: Mapping[str, str]
) -> None:
    values = _values(texts, release)
    for text in values["extraManifests"]:
        assert "{{" not in text.replace('{{ "{{" }}', "")
    if release == "kube-prometheus-stack":
        spec = values["prometheus"]["prometheusSpec"]
        assert "{{" not in yaml.safe_dump(spec["additionalScrapeConfigs"])


def test_escaped_text_is_what_a_template_gives_back() -> None:
    escaped = escaping.escape('name: "{{.ExeBase}}"')
    assert escaped == 'name: "{{ "{{" }}.ExeBase}}"'


def test_row_136_grafana_keeps_its_disk_and_has_its_dashboards_from_files(
    texts: Mapping[str, str],
) -> None:
    values = _values(texts, "grafana")
    assert values["persistence"]["enabled"] is True
    assert values["admin"]["existingSecret"] == "grafana-admin"
    (provider,) = values["dashboardProviders"]["dashboardproviders.yaml"]["providers"]
    assert provider["disableDeletion"] is True
    assert provider["allowUiUpdates"] is False
    assert provider["options"]["path"] == "/var/lib/grafana/dashboards/sightline"
    sources = values["datasources"]["datasources.yaml"]["datasources"]
    assert [(one["url"], one["editable"]) for one in sources] == [
        ("http://prometheus-server", False),
        ("http://prometheus-alertmanager:9093", False),
    ]


def test_the_script_pins_every_chart_and_can_be_run_twice(
    texts: Mapping[str, str],
) -> None:
    script = texts["install.sh"]
    for release, chart in upstream.CHARTS.items():
        assert (
            f"helm upgrade --install {release} {chart.name} \\\n"
            f"  --version {chart.version} --namespace monitoring --create-namespace"
        ) in script
    assert "helm install " not in script


def test_row_131_one_alertmanager_is_installed_and_configured(
    texts: Mapping[str, str],
) -> None:
    assert _values(texts, "prometheus")["alertmanager"]["enabled"] is True
    assert "prometheus-community/alertmanager" not in texts["install.sh"]


def test_row_133_no_frozen_chart_is_named(texts: Mapping[str, str]) -> None:
    named = re.findall(r"(?<![\w-])grafana/grafana\b", "".join(texts.values()))
    assert named == []


def test_the_page_says_which_secrets_must_be_there(texts: Mapping[str, str]) -> None:
    page = texts["README.md"]
    assert (
        "kubectl --namespace monitoring create secret generic alertmanager-secrets \\\n"
        "  --from-file=heartbeat-url --from-file=pagerduty-routing-key"
        " --from-file=smtp-password --from-file=webhook-token --from-file=webhook-url"
    ) in page


def test_an_environment_without_a_cluster_has_no_values(
    skillancer: monitoring.Monitoring,
) -> None:
    assert helm.compile_helm(skillancer, skillancer.environments["local"]) == ()
