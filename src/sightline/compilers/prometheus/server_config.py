"""`prometheus.yml`: intervals, rules, where alerts go, and what is scraped.

There is no address in it. Every job reads its targets from `targets/<job>.json`
beside the file, so that one configuration serves every place it is deployed to.
"""

from pathlib import PurePosixPath

from sightline.compilers import documents
from sightline.model import artifacts, environments, monitoring, sources, units

__all__ = ["compile_server_config"]

_LONGEST_TIMEOUT = units.Duration.parse("10s")
_TARGETS_REFRESH = "5s"


def compile_server_config(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> artifacts.Artifact:
    """Gives `prometheus.yml`, which `promtool check config` accepts."""
    interval = environment.scrape_interval
    document: documents.Document = {
        "global": {
            "scrape_interval": str(interval),
            "scrape_timeout": str(min(interval, _LONGEST_TIMEOUT)),
            "evaluation_interval": str(environment.evaluation_interval),
            "external_labels": {"env": environment.name},
        },
        "rule_files": ["rules/*.yml"],
        "alerting": {"alertmanagers": [_discover("alertmanager")]},
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
