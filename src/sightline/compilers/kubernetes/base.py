"""The base of the kustomizations: each program on its own, the same for everybody.

An overlay takes the programs that its environment has, and says what differs.
"""

from typing import Final

from sightline.compilers import documents, programs
from sightline.compilers.kubernetes import objects, pods
from sightline.model import artifacts, placement

__all__ = [
    "PROCESS_CONFIG",
    "apart",
    "cluster_rights",
    "compile_base",
    "compile_program",
    "compile_workload",
    "kustomization",
]

_Program = placement.Program
_GRACE_SECONDS: Final = 300
"""Prometheus writes what it has in memory when it ends."""

_CLUSTER_PORT: Final = 9094
PROCESS_CONFIG: Final = """\
process_names:
  - name: "{{.ExeBase}}"
    cmdline: [".+"]
"""


def compile_base() -> tuple[artifacts.Artifact, ...]:
    """Gives a folder for each program."""
    return tuple(
        one
        for program in _Program
        if program is not _Program.CONSOLE
        for one in (
            objects.artifact(
                f"base/{program.value}/kustomization.yaml",
                [kustomization(resources=[f"{program.value}.yaml"])],
            ),
            objects.artifact(
                f"base/{program.value}/{program.value}.yaml", compile_program(program)
            ),
        )
    )


def kustomization(**fields: documents.Document) -> objects.Object:
    """Gives a kustomization."""
    return {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        **fields,
    }


def compile_program(program: placement.Program) -> objects.Objects:
    """Gives every object of a program."""
    found: objects.Objects = [_service_account(program)]
    if program is _Program.PROMETHEUS:
        found += _discovery()
    if program is _Program.PROCESS_EXPORTER:
        found.append(
            objects.config_map(pods.Names.PROCESS, {"config.yml": PROCESS_CONFIG})
        )
    return [
        *found,
        compile_workload(program),
        *_services(program),
        _network_policy(program),
    ]


def _service_account(program: placement.Program) -> objects.Object:
    return {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": objects.describe(program.value, program),
        "automountServiceAccountToken": False,
    }


def _discovery() -> objects.Objects:
    """Gives leave to see pods and nodes, and to read the kubelets' metrics."""
    return cluster_rights(
        "sightline-prometheus",
        [
            {
                "apiGroups": [""],
                "resources": ["pods", "nodes"],
                "verbs": ["get", "list", "watch"],
            },
            {"apiGroups": [""], "resources": ["nodes/metrics"], "verbs": ["get"]},
        ],
    )


def cluster_rights(name: str, rights: list[documents.Document]) -> objects.Objects:
    """Gives Prometheus rights in the whole cluster, under a name."""
    program = _Program.PROMETHEUS
    return [
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": objects.describe(name, program),
            "rules": rights,
        },
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": objects.describe(name, program),
            "roleRef": {
                "apiGroup": "rbac.authorization.k8s.io",
                "kind": "ClusterRole",
                "name": name,
            },
            "subjects": [
                {
                    "kind": "ServiceAccount",
                    "name": program.value,
                    "namespace": "monitoring",
                }
            ],
        },
    ]


def compile_workload(program: placement.Program) -> objects.Object:
    """Gives what keeps the pods of a program running."""
    facts, pod = programs.FACTS[program], pods.compile_pod(program)
    selected: objects.Object = {"matchLabels": objects.selector(program)}
    metadata = objects.describe(program.value, program)
    if facts.per_machine:
        return {
            "apiVersion": "apps/v1",
            "kind": "DaemonSet",
            "metadata": metadata,
            "spec": {"selector": selected, "template": pod},
        }
    if facts.data:
        return _stateful_set(program, metadata, selected, pod)
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata,
        "spec": {"replicas": 1, "selector": selected, "template": pod},
    }


def _stateful_set(
    program: placement.Program,
    metadata: objects.Object,
    selected: objects.Object,
    pod: objects.Object,
) -> objects.Object:
    spec = pod["spec"]
    if program is _Program.PROMETHEUS and isinstance(spec, dict):
        spec["terminationGracePeriodSeconds"] = _GRACE_SECONDS
    if isinstance(spec, dict):
        spec["affinity"] = apart(program)
    return {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": metadata,
        "spec": {
            "replicas": 1,
            "serviceName": f"{program.value}-pods",
            "podManagementPolicy": "Parallel",
            "selector": selected,
            "template": pod,
            "volumeClaimTemplates": [
                {"metadata": {"name": "data"}, "spec": _claim(program)}
            ],
        },
    }


def apart(program: placement.Program) -> objects.Object:
    """Asks for different machines, so that the loss of one takes one instance."""
    return {
        "podAntiAffinity": {
            "preferredDuringSchedulingIgnoredDuringExecution": [
                {
                    "weight": 100,
                    "podAffinityTerm": {
                        "topologyKey": "kubernetes.io/hostname",
                        "labelSelector": {"matchLabels": objects.selector(program)},
                    },
                }
            ]
        }
    }


def _claim(program: placement.Program) -> objects.Object:
    size = placement.DEFAULT_ROOMS[program].storage_mebibytes
    return {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": objects.quantity(size)}},
    }


def _services(program: placement.Program) -> objects.Objects:
    facts = programs.FACTS[program]
    if facts.per_machine:
        return []
    ports: list[documents.Document] = [
        {"name": "http", "port": facts.port, "targetPort": "http"}
    ]
    found: objects.Objects = [_service(program, program.value, ports)]
    if facts.data:
        if program is _Program.ALERTMANAGER:
            cluster: objects.Object = {
                "name": "cluster",
                "port": _CLUSTER_PORT,
                "targetPort": "cluster",
            }
            ports = [*ports, cluster]
        headless = _service(program, f"{program.value}-pods", ports)
        spec = headless["spec"]
        if isinstance(spec, dict):
            # A member is found by its name before it is ready: it waits for the others.
            spec |= {"clusterIP": "None", "publishNotReadyAddresses": True}
        found.append(headless)
    return found


def _service(
    program: placement.Program, name: str, ports: list[documents.Document]
) -> objects.Object:
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": objects.describe(name, program),
        "spec": {"selector": objects.selector(program), "ports": ports},
    }


def _network_policy(program: placement.Program) -> objects.Object:
    """Lets the own namespace in; to Grafana and the collectors, all pods."""
    is_open = program in {_Program.GRAFANA, _Program.COLLECTORS}
    allowed: objects.Object = (
        {"namespaceSelector": {}} if is_open else {"podSelector": {}}
    )
    ports: objects.Objects = [{"port": programs.FACTS[program].port, "protocol": "TCP"}]
    if program is _Program.ALERTMANAGER:
        ports += [
            {"port": _CLUSTER_PORT, "protocol": protocol} for protocol in ("TCP", "UDP")
        ]
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": objects.describe(program.value, program),
        "spec": {
            "podSelector": {"matchLabels": objects.selector(program)},
            "policyTypes": ["Ingress"],
            "ingress": [{"from": [allowed], "ports": ports}],
        },
    }
