"""What is scraped in a Kubernetes cluster: the same jobs, found by its own discovery.

Pods are found by the label that carries the service's name, so that a service whose
pods are all gone has no target, as everywhere else. Where the environment says an
address, that is scraped instead.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final, assert_never

from sightline.compilers import documents, programs
from sightline.compilers.prometheus import whereabouts
from sightline.model import environments, monitoring, placement, sources

__all__ = [
    "blackbox_address",
    "compile_cluster_scrapes",
    "discover_alertmanagers",
]

_Documents = dict[str, documents.Document]
_ENDED: Final = "Succeeded|Failed"
_POD: Final = "__meta_kubernetes_pod"
_TOKEN: Final = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105 - a path
_BLACKBOX: Final = placement.Program.BLACKBOX_EXPORTER


def compile_cluster_scrapes(
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    blackbox: str = _BLACKBOX.value,
) -> list[documents.Document]:
    """Gives the scrape configurations; what has no address here has no job.

    Args:
        declared: what exists in the environment.
        environment: has a cluster.
        blackbox: the name of the blackbox exporter's Service.

    Raises:
        ValueError: the environment has no cluster.
    """
    cluster = _require_cluster(environment)
    maker = _Maker(declared, environment, cluster, blackbox)
    return [
        maker.services(),
        *maker.health(),
        *maker.probes(),
        *(maker.exporter(exporter) for exporter in declared.exporters),
    ]


def discover_alertmanagers(
    environment: environments.Environment,
) -> documents.Document:
    """Gives how Prometheus finds every Alertmanager: each pod, never through a Service.

    Raises:
        ValueError: the environment has no cluster.
    """
    cluster = _require_cluster(environment)
    program = placement.Program.ALERTMANAGER
    return {
        "kubernetes_sd_configs": [_pods(cluster.namespace)],
        "relabel_configs": _own_pods(program),
    }


def blackbox_address(
    cluster: placement.Kubernetes, blackbox: str = _BLACKBOX.value
) -> str:
    """Gives where the blackbox exporter answers, by the name of its Service."""
    return f"{blackbox}.{cluster.namespace}.svc:{programs.FACTS[_BLACKBOX].port}"


def _require_cluster(environment: environments.Environment) -> placement.Kubernetes:
    cluster = environment.place.kubernetes
    if cluster is None:
        raise ValueError(f"{environment.name} has no cluster")
    return cluster


def _pods(namespace: str) -> documents.Document:
    return {"role": "pod", "namespaces": {"names": [namespace]}}


def _own_pods(program: placement.Program) -> list[documents.Document]:
    """Gives rules that leave a program's pods; charts call many `prometheus-…`."""
    name = re.escape(program.value).replace("\\-", "-")
    return [
        _keep(f"{_POD}_label_app_kubernetes_io_name", f"(?:prometheus-)?{name}"),
        _keep(f"{_POD}_container_port_number", str(programs.FACTS[program].port)),
        _drop_ended(),
    ]


def _keep(label: str, regex: str) -> documents.Document:
    return {"source_labels": [label], "regex": regex, "action": "keep"}


def _drop_ended() -> documents.Document:
    return {"source_labels": [f"{_POD}_phase"], "regex": _ENDED, "action": "drop"}


def _copy(source: str, target: str) -> documents.Document:
    return {"source_labels": [source], "target_label": target}


def _set(target: str, text: str) -> documents.Document:
    return {"target_label": target, "replacement": text}


class _Maker:
    """Makes the jobs of one environment."""

    def __init__(
        self,
        declared: monitoring.Monitoring,
        environment: environments.Environment,
        cluster: placement.Kubernetes,
        blackbox: str,
    ) -> None:
        self._declared = declared
        self._environment = environment
        self._cluster = cluster
        sanitised = re.sub(r"[^a-zA-Z0-9_]", "_", cluster.name_label)
        self._name = f"{_POD}_label_{sanitised}"
        self._blackbox = blackbox_address(cluster, blackbox)

    def services(self) -> documents.Document:
        return {
            "job_name": "services",
            "kubernetes_sd_configs": [_pods(self._cluster.services_namespace)],
            "relabel_configs": [
                *self._service_pods(self._declared.services),
                _copy(f"{_POD}_name", "instance"),
            ],
        }

    def health(self) -> Iterator[documents.Document]:
        """Gives the job that asks each instance for its health, one for each path."""
        paths: dict[str, list[str]] = {}
        for service in self._declared.services.values():
            paths.setdefault(service.health_endpoint, []).append(service.name)
        for number, (path, names) in enumerate(paths.items()):
            yield {
                "job_name": "service-health" + (f"-{number + 1}" if number else ""),
                "metrics_path": "/probe",
                "params": {"module": [sources.ProbeKind.HTTP.value]},
                "kubernetes_sd_configs": [_pods(self._cluster.services_namespace)],
                "relabel_configs": [
                    *self._service_pods(names),
                    {
                        "source_labels": ["__address__"],
                        "target_label": "__param_target",
                        "replacement": f"http://$1{path}",
                    },
                    _copy("__param_target", "instance"),
                    _copy(f"{_POD}_name", "target"),
                    _set("job", "service-health"),
                    _set("__address__", self._blackbox),
                ],
            }

    def probes(self) -> Iterator[documents.Document]:
        addresses = {
            probe.name: address
            for probe in self._declared.probes
            if (address := programs.probe_address(probe, self._environment))
        }
        if not addresses:
            return
        yield {
            "job_name": "probes",
            "metrics_path": "/probe",
            "static_configs": [
                {
                    "targets": [addresses[probe.name]],
                    "labels": {
                        "target": probe.name,
                        "service": probe.service,
                        "team": probe.team,
                        "__param_module": probe.kind.value,
                    },
                }
                for probe in self._declared.probes
                if probe.name in addresses
            ],
            "relabel_configs": [
                _copy("__address__", "__param_target"),
                _copy("__param_target", "instance"),
                _set("__address__", self._blackbox),
            ],
        }

    def exporter(self, exporter: sources.Exporter) -> documents.Document:
        found, rules = self._find(exporter)
        return {
            "job_name": exporter.job,
            # An exporter speaks for others: where its series say whose they are, they
            # know better than the scrape job.
            "honor_labels": True,
            "metrics_path": whereabouts.metrics_path(exporter),
            **found,
            "relabel_configs": [
                *rules,
                _set("service", exporter.service),
                _set("team", exporter.team),
            ],
        }

    def _find(
        self, exporter: sources.Exporter
    ) -> tuple[_Documents, list[documents.Document]]:
        """Gives how the targets of a job are found, and which are kept."""
        match whereabouts.locate(exporter, self._environment):
            case whereabouts.Fixed(addresses=addresses):
                return {"static_configs": [{"targets": list(addresses)}]}, []
            case whereabouts.Kubelets():
                return _kubelets(), [_copy("__meta_kubernetes_node_name", "node")]
            case whereabouts.Own(program=program):
                pods: _Documents = {
                    "kubernetes_sd_configs": [_pods(self._cluster.namespace)]
                }
                return pods, [*_own_pods(program), _copy(f"{_POD}_name", "instance")]
            case whereabouts.AmongServices():
                pods = {
                    "kubernetes_sd_configs": [_pods(self._cluster.services_namespace)]
                }
                return pods, [
                    _keep(self._name, exporter.job),
                    _keep(f"{_POD}_container_port_name", self._cluster.port_name),
                    _drop_ended(),
                    _copy(f"{_POD}_name", "instance"),
                ]
            case other:
                assert_never(other)

    def _service_pods(self, names: Iterable[str]) -> list[documents.Document]:
        chosen = tuple(names)
        teams: dict[str, list[str]] = {}
        for name, service in self._declared.services.items():
            if name in chosen:
                teams.setdefault(service.team, []).append(name)
        return [
            _keep(self._name, "|".join(chosen)),
            _keep(f"{_POD}_container_port_name", self._cluster.port_name),
            _drop_ended(),
            _copy(self._name, "service"),
            *(
                {
                    "source_labels": ["service"],
                    "regex": "|".join(members),
                    "target_label": "team",
                    "replacement": team,
                }
                for team, members in teams.items()
            ),
        ]


def _kubelets() -> _Documents:
    """Gives every node's kubelet, whose cAdvisor sees what the kernel does."""
    return {
        "scheme": "https",
        "authorization": {"credentials_file": f"{_TOKEN}/token"},
        "tls_config": {"ca_file": f"{_TOKEN}/ca.crt"},
        "kubernetes_sd_configs": [{"role": "node"}],
    }
