"""The `Prometheus` object, and the rights that its pods need."""

import re
from collections.abc import Mapping
from typing import Final

from sightline.compilers import documents, upstream
from sightline.compilers.kubernetes import base, objects, pods, sizes
from sightline.compilers.kubernetes.operator import custom
from sightline.compilers.prometheus import server_config
from sightline.model import environments, placement

__all__ = ["WATCHED", "compile_server", "server_spec"]

WATCHED: Final = ("rule", "serviceMonitor", "podMonitor", "probe", "scrapeConfig")
"""The kinds that a Prometheus selects, as the operator begins the selectors' names."""

_PROMETHEUS: Final = placement.Program.PROMETHEUS
_RELEASE: Final = re.compile(r".*:(v\d+\.\d+\.\d+)")


def compile_server(
    environment: environments.Environment, namespace: str
) -> objects.Objects:
    """Gives the server of an environment that has a cluster."""
    return [*_discovery(), _server(environment, namespace)]


def server_spec(environment: environments.Environment) -> objects.Object:
    """Gives what the operator is told of Prometheus, by an object and by its chart."""
    room = environment.place.rooms[_PROMETHEUS]
    settings = server_config.global_settings(environment)
    written = server_config.remote_write(environment)
    return {
        "externalUrl": environment.prometheus_url,
        "retention": str(environment.retention),
        "retentionSize": sizes.retention_size(room),
        "replicas": environment.replicas_of(_PROMETHEUS.value),
        "scrapeInterval": settings["scrape_interval"],
        "scrapeTimeout": settings["scrape_timeout"],
        "evaluationInterval": settings["evaluation_interval"],
        "externalLabels": {"env": environment.name},
        # The operator fills it in for each pod, and drops it from alerts.
        "replicaExternalLabelName": server_config.REPLICA_LABEL,
        "enableFeatures": ["exemplar-storage"],
        "resources": objects.resources(room),
        **({"remoteWrite": _camel(written)} if written else {}),
    }


def _server(environment: environments.Environment, namespace: str) -> objects.Object:
    ours: documents.Document = {"matchLabels": objects.PART_OF}
    alertmanagers: objects.Object = {
        "namespace": namespace,
        "name": placement.Program.ALERTMANAGER.value,
        "port": "http",
        "apiVersion": "v2",
    }
    spec: objects.Object = {
        **_image(environment),
        # The base's Service and network policy are for the pods of this one too.
        "portName": "http",
        "routePrefix": "/",
        "serviceAccountName": _PROMETHEUS.value,
        "automountServiceAccountToken": True,
        **server_spec(environment),
        "prometheusExternalLabelName": "",
        "securityContext": pods.unprivileged(_PROMETHEUS),
        "affinity": base.apart(_PROMETHEUS),
        "storage": {
            "volumeClaimTemplate": {"spec": sizes.claim(environment, _PROMETHEUS)}
        },
        "alerting": {"alertmanagers": [alertmanagers]},
        **{f"{kind}Selector": ours for kind in WATCHED},
    }
    return custom.custom_resource("Prometheus", "sightline", spec)


def _image(environment: environments.Environment) -> objects.Object:
    """Gives the image, and its version where its tag says one."""
    image = upstream.image_of(environment, _PROMETHEUS)
    found = _RELEASE.fullmatch(image or "")
    return {"image": image, **({"version": found[1]} if found else {})}


def _discovery() -> objects.Objects:
    """Gives leave to see Services and their endpoints; the base lets pods be seen."""
    verbs: documents.Document = ["get", "list", "watch"]
    seen = {"": ["services", "endpoints"], "discovery.k8s.io": ["endpointslices"]}
    return base.cluster_rights(
        "sightline-prometheus-services",
        [
            {"apiGroups": [group], "resources": kinds, "verbs": verbs}
            for group, kinds in seen.items()
        ],
    )


def _camel(written: list[documents.Document]) -> list[documents.Document]:
    """Gives remote write as the operator spells it."""
    relabelled: objects.Object = {
        "writeRelabelConfigs": [
            {"action": "labeldrop", "regex": server_config.REPLICA_LABEL}
        ]
    }
    return [
        {"url": one["url"], **(relabelled if "write_relabel_configs" in one else {})}
        for one in written
        if isinstance(one, Mapping)
    ]
