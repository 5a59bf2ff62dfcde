"""`prometheus.yml`: intervals, rules, where alerts go, and what is scraped.

There is no address in it. Every job reads its targets from `targets/<job>.json`
beside the file, so that one configuration serves every place it is deployed to.
"""

from pathlib import PurePosixPath
from typing import Final

from sightline.compilers import documents
from sightline.compilers.prometheus import cluster_scrapes
from sightline.model import artifacts, environments, monitoring, sources, units

__all__ = [
    "REPLICA_LABEL",
    "REPLICA_VARIABLE",
    "alert_relabelling",
    "compile_cluster_config",
    "compile_server_config",
    "external_labels",
    "global_settings",
    "remote_write",
]

REPLICA_LABEL: Final = "replica"
REPLICA_VARIABLE: Final = "REPLICA"
"""The environment variable that holds the name of one member of a pair.

Prometheus fills it in: https://prometheus.io/docs/prometheus/latest/feature_flags/
had that as `expand-external-labels` until version 3, which always does.
"""

_DROP_REPLICA: Final = {"action": "labeldrop", "regex": REPLICA_LABEL}
_LONGEST_TIMEOUT = units.Duration.parse("10s")
_TARGETS_REFRESH = "5s"


def compile_server_config(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> artifacts.Artifact:
    """Gives `prometheus.yml`, which `promtool check config` accepts."""
    document: documents.Document = {
        "global": {
            **global_settings(environment),
            "external_labels": external_labels(environment),
        },
        "rule_files": ["rules/*.yml"],
        "alerting": {
            **alert_relabelling(environment),
            "alertmanagers": [_discover("alertmanager")],
        },
        **_remote_write_section(environment),
        "scrape_configs": [
            {"job_name": "services", **_discover("services")},
            _probe_job("service-health", sources.ProbeKind.HTTP),
            _probe_job("probes", None),
            *(_exporter_job(exporter) for exporter in declared.exporters),
        ],
    }
    return artifacts.Artifact(
        path=PurePosixPath("prometheus/prometheus.yml"),
        text=documents.render_yaml(document),
    )


def compile_cluster_config(
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    rules: str,
) -> documents.Document:
    """Gives the same for a Kubernetes cluster, where pods are found by its discovery.

    Args:
        declared: what exists in the environment.
        environment: has a cluster.
        rules: the pattern of the rule files.

    Raises:
        ValueError: the environment has no cluster.
    """
    return {
        "global": {
            **global_settings(environment),
            "external_labels": external_labels(environment),
        },
        "rule_files": [rules],
        "alerting": {
            **alert_relabelling(environment),
            "alertmanagers": [cluster_scrapes.discover_alertmanagers(environment)],
        },
        **_remote_write_section(environment),
        "scrape_configs": cluster_scrapes.compile_cluster_scrapes(
            declared, environment
        ),
    }


def global_settings(
    environment: environments.Environment,
) -> dict[str, documents.Document]:
    """Gives how often is scraped and evaluated."""
    interval = environment.scrape_interval
    return {
        "scrape_interval": str(interval),
        "scrape_timeout": str(min(interval, _LONGEST_TIMEOUT)),
        "evaluation_interval": str(environment.evaluation_interval),
    }


def external_labels(
    environment: environments.Environment,
) -> dict[str, documents.Document]:
    """Gives what all that leaves Prometheus is labelled with."""
    return {"env": environment.name, **_replica(environment)}


def alert_relabelling(
    environment: environments.Environment,
) -> dict[str, documents.Document]:
    """Gives what makes one alert of those of a pair; nothing for one alone."""
    return {"alert_relabel_configs": [_DROP_REPLICA]} if _replica(environment) else {}


def _replica(environment: environments.Environment) -> dict[str, documents.Document]:
    """Gives the label that tells the members of a pair apart; none for one alone.

    All of them read one file: each has its own name in its environment.
    """
    if environment.replicas_of("prometheus") == 1:
        return {}
    return {REPLICA_LABEL: f"${{{REPLICA_VARIABLE}}}"}


def _remote_write_section(
    environment: environments.Environment,
) -> dict[str, documents.Document]:
    written = remote_write(environment)
    return {"remote_write": written} if written else {}


def remote_write(environment: environments.Environment) -> list[documents.Document]:
    """Gives where samples are sent too, without the label that tells a pair apart.

    What both members of a pair send is one series there, and is stored once.
    """
    if environment.remote_write is None:
        return []
    relabelled = {"write_relabel_configs": [_DROP_REPLICA]}
    return [
        {
            "url": environment.remote_write.url,
            **(relabelled if _replica(environment) else {}),
        }
    ]


def _discover(job: str) -> dict[str, documents.Document]:
    return {
        "file_sd_configs": [
            {"files": [f"targets/{job}.json"], "refresh_interval": _TARGETS_REFRESH}
        ]
    }


def _exporter_job(exporter: sources.Exporter) -> documents.Document:
    return {
        "job_name": exporter.job,
        # An exporter speaks for others: where its series say whose they are
        # (`service` on a container), they know better than the scrape job.
        "honor_labels": True,
        "metrics_path": exporter.metrics_path,
        **_discover(exporter.job),
        "relabel_configs": [
            {"target_label": "service", "replacement": exporter.service},
            {"target_label": "team", "replacement": exporter.team},
        ],
    }


def _probe_job(job: str, kind: sources.ProbeKind | None) -> documents.Document:
    """Gives a job that asks the blackbox exporter about each of its targets.

    `kind` says how all of them are asked; without it each target says so itself, by
    the label `__param_module`.
    """
    params: dict[str, documents.Document] = (
        {"params": {"module": [kind.value]}} if kind else {}
    )
    return {
        "job_name": job,
        "metrics_path": "/probe",
        **params,
        **_discover(job),
        "relabel_configs": [
            {"source_labels": ["__address__"], "target_label": "__param_target"},
            {"source_labels": ["__param_target"], "target_label": "instance"},
            {
                "source_labels": ["__blackbox_address__"],
                "target_label": "__address__",
            },
        ],
    }
