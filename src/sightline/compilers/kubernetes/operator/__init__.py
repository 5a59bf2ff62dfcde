"""The same for a cluster with the Prometheus operator: its own kinds of objects.

`watched/` is what an operator's Prometheus picks up, whoever runs it: rules, and what
is scraped. The folder above runs a Prometheus too, and takes everything else from the
environment's overlay, in which it replaces the one that needs no operator.
"""

from sightline.compilers.kubernetes import base, files, objects
from sightline.compilers.kubernetes.operator import (
    alert_config,
    notes,
    rules,
    scraping,
    server,
)
from sightline.model import artifacts, environments, monitoring, placement

__all__ = ["compile_operator"]

_Program = placement.Program


def compile_operator(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[artifacts.Artifact, ...]:
    """Gives the kustomizations of an environment that has a cluster."""
    cluster = environment.place.kubernetes
    assert cluster is not None  # noqa: S101 - the caller has looked
    declared = declared.within(environment)
    folder = f"operator/{environment.name}"
    watched = base.kustomization(
        namespace=cluster.namespace, resources=["rules.yaml", "scraping.yaml"]
    )
    whole = base.kustomization(
        namespace=cluster.namespace,
        resources=[
            f"../../overlays/{environment.name}",
            "prometheus.yaml",
            "watched",
        ],
        patches=[*_deletions(declared, environment)],
    )
    routes = alert_config.compile_alert_config(declared, environment)
    written = {
        "kustomization.yaml": [whole],
        "prometheus.yaml": server.compile_server(environment, cluster.namespace),
        "watched/kustomization.yaml": [watched],
        "watched/rules.yaml": rules.compile_rules(declared, environment),
        "watched/scraping.yaml": scraping.compile_scraping(
            declared, environment, cluster
        ),
        **({"alertmanager-config.yaml": routes} if routes else {}),
    }
    return (
        *(objects.artifact(f"{folder}/{name}", one) for name, one in written.items()),
        notes.compile_notes(declared, environment, folder),
    )


def _deletions(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> objects.Objects:
    """Gives the patches that take the overlay's own Prometheus away."""
    read = files.compile_files(declared, environment, (_Program.PROMETHEUS,))
    name = _Program.PROMETHEUS.value
    gone = [
        ("StatefulSet", name),
        ("Service", f"{name}-pods"),
        *(("ConfigMap", one) for one in read.names(_Program.PROMETHEUS, "")),
    ]
    return [_deletion(kind, one) for kind, one in gone]


def _deletion(kind: str, name: str) -> objects.Object:
    version = "apps/v1" if kind == "StatefulSet" else "v1"
    patch: objects.Object = {
        "$patch": "delete",
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": name},
    }
    return {"patch": objects.render([patch])}
