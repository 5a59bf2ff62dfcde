"""The operator's kinds of objects that say what is scraped.

The targets carry the same labels as without an operator, and no others: what it adds
by itself (`pod`, `namespace`, `container`, `endpoint`, `node`) is dropped again, so
that rules meet the series that they were proven with.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sightline.compilers import documents
from sightline.compilers.kubernetes import objects
from sightline.compilers.kubernetes.operator import custom
from sightline.model import sources

__all__ = [
    "Found",
    "copy",
    "kubelet_monitor",
    "mapping",
    "pod_label",
    "pod_monitor",
    "probe",
    "put",
    "scrape_config",
    "service_monitor",
]

_ADDED: Final = ("namespace", "pod", "container", "endpoint")
_NODE: Final = "node"
_POD: Final = "__meta_kubernetes_pod"
_TOKEN: Final = "/var/run/secrets/kubernetes.io/serviceaccount"  # noqa: S105 - a path
_EXPERIMENTAL: Final = "v1alpha1"
_HUMP: Final = re.compile(r"_(\w)")
_OTHERWISE: Final = {
    "kubernetes_sd_configs": "kubernetesSDConfigs",
    "relabel_configs": "relabelings",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where pods or Services are looked for, and by which labels."""

    namespace: str
    selector: documents.Document


_KUBELETS: Final = Found(
    namespace="kube-system",
    selector={"matchLabels": {"app.kubernetes.io/name": "kubelet"}},
)
"""The Service that the operator keeps for the kubelets of all nodes."""


def mapping(document: documents.Document) -> Mapping[str, documents.Document]:
    """Gives a document that is known to be a mapping."""
    assert isinstance(document, Mapping)  # noqa: S101 - narrows for the checker
    return document


def copy(source: str, target: str) -> objects.Object:
    """Gives the relabelling that copies a label."""
    return {"sourceLabels": [source], "targetLabel": target}


def put(target: str, text: str) -> objects.Object:
    """Gives the relabelling that sets a label."""
    return {"targetLabel": target, "replacement": text}


def pod_label(name: str) -> str:
    """Gives where discovery shows a label of pods."""
    return f"{_POD}_label_{re.sub(r'[^a-zA-Z0-9_]', '_', name)}"


def pod_monitor(
    job: str,
    found: Found,
    endpoint: objects.Object,
    relabelings: Sequence[documents.Document],
) -> objects.Object:
    """Gives what scrapes pods, each an instance of its own name."""
    spec = {**_chosen(found), "podMetricsEndpoints": [_pod(job, endpoint, relabelings)]}
    return custom.custom_resource("PodMonitor", _name(job), spec)


def service_monitor(
    job: str,
    found: Found,
    endpoint: objects.Object,
    relabelings: Sequence[documents.Document],
) -> objects.Object:
    """Gives what scrapes every pod behind a Service."""
    spec = {**_chosen(found), "endpoints": [_pod(job, endpoint, relabelings)]}
    return custom.custom_resource("ServiceMonitor", _name(job), spec)


def kubelet_monitor(
    job: str,
    endpoint: objects.Object,
    relabelings: Sequence[documents.Document],
) -> objects.Object:
    """Gives what scrapes the kubelets, with the rights of Prometheus's own account."""
    secured: objects.Object = {
        "port": "https-metrics",
        "scheme": "https",
        "bearerTokenFile": f"{_TOKEN}/token",
        "tlsConfig": {"caFile": f"{_TOKEN}/ca.crt"},
    }
    scraped = _endpoint(job, {**secured, **endpoint}, relabelings, _ADDED)
    spec = {**_chosen(_KUBELETS), "endpoints": [scraped]}
    return custom.custom_resource("ServiceMonitor", _name(job), spec)


def probe(declared: sources.Probe, address: str, prober: str) -> objects.Object:
    """Gives what asks an address through the blackbox exporter.

    Args:
        declared: the probe.
        address: what it asks.
        prober: `host:port` of the blackbox exporter.
    """
    static: objects.Object = {
        "static": [address],
        "labels": {
            "target": declared.name,
            "service": declared.service,
            "team": declared.team,
        },
        "relabelingConfigs": [_drop(_ADDED)],
    }
    spec: objects.Object = {
        "jobName": "probes",
        "prober": {"url": prober, "path": "/probe"},
        "module": declared.kind.value,
        "targets": {"staticConfig": static},
    }
    return custom.custom_resource("Probe", _name(declared.name), spec)


def scrape_config(name: str, job: Mapping[str, documents.Document]) -> objects.Object:
    """Gives a scrape configuration as the operator spells it."""
    return custom.custom_resource(
        "ScrapeConfig", _name(name), _camel(job), version=_EXPERIMENTAL
    )


def _pod(
    job: str, endpoint: objects.Object, relabelings: Sequence[documents.Document]
) -> objects.Object:
    named = [copy(f"{_POD}_name", "instance"), *relabelings]
    return _endpoint(job, endpoint, named, (*_ADDED, _NODE))


def _endpoint(
    job: str,
    endpoint: objects.Object,
    relabelings: Sequence[documents.Document],
    dropped: Sequence[str],
) -> objects.Object:
    return {
        **endpoint,
        "relabelings": [put("job", job), *relabelings, _drop(dropped)],
    }


def _drop(names: Sequence[str]) -> objects.Object:
    return {"action": "labeldrop", "regex": "|".join(names)}


def _chosen(found: Found) -> objects.Object:
    return {
        "namespaceSelector": {"matchNames": [found.namespace]},
        "selector": found.selector,
    }


def _name(name: str) -> str:
    """Gives a name that an object can have: labels may have others."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _camel(document: documents.Document) -> documents.Document:
    match document:
        case Mapping():
            return {_spell(key): _form(key, one) for key, one in document.items()}
        case str() | documents.Rendered():
            return document
        case Sequence():
            return [_camel(one) for one in document]
        case _:
            return document


def _form(key: str, document: documents.Document) -> documents.Document:
    """Gives what stands under a key; names of labels and parameters stay theirs."""
    if key in {"labels", "params"}:
        return document
    if key == "role":
        return str(document).capitalize()
    return _camel(document)


def _spell(key: str) -> str:
    return _OTHERWISE.get(key) or _HUMP.sub(lambda found: found[1].upper(), key)
