"""What each program is told, and what it reads, in a container of a pod.

Nothing here depends on an environment: that differs by ConfigMaps and patches.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sightline.compilers import containers, documents, programs, upstream
from sightline.compilers.kubernetes import objects
from sightline.compilers.prometheus import server_config
from sightline.model import placement

__all__ = [
    "CONFIG_DIGEST",
    "PLACEHOLDER",
    "Names",
    "arguments",
    "compile_pod",
    "projected",
    "unprivileged",
]

CONFIG_DIGEST: Final = "sightline.io/config"
"""The annotation that restarts pods whose program does not read its files anew."""

PLACEHOLDER: Final = "sightline:none"
"""The image of a program that nobody publishes; an overlay names the real one."""

_Program = placement.Program
_PASSING_MOUNTS: Final = (
    "^/(dev|proc|sys|run|var/lib/(containerd|docker|kubelet)/.+)($|/)"
)


class Names:
    """The names of ConfigMaps and Secrets that programs read."""

    PROMETHEUS = "prometheus-config"
    RULES = "prometheus-rules"
    ALERTMANAGER = "alertmanager-config"
    GRAFANA = "grafana-provisioning"
    DASHBOARDS = "grafana-dashboards"
    BLACKBOX = "blackbox-exporter-config"
    PROCESS = "process-exporter-config"
    POSTGRES = "postgres-exporter-connection"
    REDIS = "redis-exporter-connection"
    COLLECTORS = "collectors-settings"
    ALERTMANAGER_SECRETS = "alertmanager-secrets"
    GRAFANA_ADMIN = "grafana-admin"
    CONNECTION_SECRETS = "connection-secrets"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """A container: its words, its variables, and by mount path what is mounted."""

    args: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    env: Mapping[str, documents.Document] = field(default_factory=dict)
    mounts: Mapping[str, objects.Object] = field(default_factory=dict)
    extra_ports: Mapping[str, int] = field(default_factory=dict)
    pod: Mapping[str, documents.Document] = field(default_factory=dict)


def compile_pod(program: placement.Program) -> objects.Object:
    """Gives the pod template of a program."""
    shape = _SHAPES[program]()
    volumes: list[documents.Document] = [
        {"name": _volume_name(source), **source} for source in shape.mounts.values()
    ]
    return {
        "metadata": {"labels": objects.selector(program)},
        "spec": {
            "serviceAccountName": program.value,
            "automountServiceAccountToken": program is _Program.PROMETHEUS,
            "securityContext": unprivileged(program),
            **shape.pod,
            "containers": [_container(program, shape)],
            **({"volumes": volumes} if volumes else {}),
        },
    }


def unprivileged(program: placement.Program) -> objects.Object:
    """Gives the user that the pods of a program run as, never root."""
    user = programs.FACTS[program].user
    return {
        "runAsNonRoot": True,
        "runAsUser": user,
        "runAsGroup": user,
        "fsGroup": user,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def _container(program: placement.Program, shape: _Shape) -> objects.Object:
    facts = programs.FACTS[program]
    mounts: list[documents.Document] = [
        {"name": _volume_name(source), "mountPath": path, "readOnly": True}
        for path, source in shape.mounts.items()
    ]
    if facts.data:
        mounts.append({"name": "data", "mountPath": facts.data})
    return {
        "name": program.value,
        "image": upstream.IMAGES.get(program, PLACEHOLDER),
        **({"command": list(shape.command)} if shape.command else {}),
        "args": list(shape.args),
        "ports": [
            {"name": name, "containerPort": port}
            for name, port in {"http": facts.port, **shape.extra_ports}.items()
        ],
        **({"env": _env(shape.env)} if shape.env else {}),
        **_probes(facts.ready),
        "resources": objects.resources(placement.DEFAULT_ROOMS[program]),
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": program is not _Program.GRAFANA,
            "capabilities": {"drop": ["ALL"]},
        },
        **({"volumeMounts": mounts} if mounts else {}),
    }


def _probes(ready: str) -> objects.Object:
    listens: objects.Object = {"tcpSocket": {"port": "http"}}
    return {
        "readinessProbe": {"httpGet": {"path": ready, "port": "http"}},
        "livenessProbe": {**listens, "periodSeconds": 15, "failureThreshold": 6},
        # Reading back what was not yet written to blocks may take minutes.
        "startupProbe": {**listens, "periodSeconds": 10, "failureThreshold": 60},
    }


def arguments(program: placement.Program) -> tuple[str, ...]:
    """Gives the flags that a program has everywhere."""
    return _SHAPES[program]().args


def projected(names: tuple[str, ...]) -> objects.Object:
    """Gives the volume that shows the files of several ConfigMaps in one folder."""
    return {"projected": {"sources": [{"configMap": {"name": one}} for one in names]}}


def _volume_name(source: objects.Object) -> str:
    """Gives a volume the name of what it shows, without the number of a part."""
    match source:
        case {"configMap": {"name": str(name)}} | {"secret": {"secretName": str(name)}}:
            return name
        case {"projected": {"sources": [{"configMap": {"name": str(name)}}, *_]}}:
            return name.removesuffix("-0")
        case _:
            return "host"


def _env(variables: Mapping[str, documents.Document]) -> list[documents.Document]:
    return [
        {
            "name": name,
            **({"value": given} if isinstance(given, str) else {"valueFrom": given}),
        }
        for name, given in variables.items()
    ]


def _config(name: str) -> objects.Object:
    return {"configMap": {"name": name}}


def _secret(name: str) -> objects.Object:
    return {"secret": {"secretName": name}}


def _from_config(name: str, key: str) -> documents.Document:
    return {"configMapKeyRef": {"name": name, "key": key}}


def _blackbox() -> _Shape:
    return _Shape(
        args=("--config.file=/etc/sightline/blackbox/blackbox.yml",),
        mounts={"/etc/sightline/blackbox": _config(Names.BLACKBOX)},
    )


def _prometheus() -> _Shape:
    return _Shape(
        args=(
            "--config.file=/etc/sightline/prometheus/prometheus.yml",
            "--storage.tsdb.path=/prometheus",
            # The files change under it when their ConfigMaps do.
            "--enable-feature=auto-reload-config,exemplar-storage",
            "--web.enable-lifecycle",
        ),
        env={
            server_config.REPLICA_VARIABLE: {"fieldRef": {"fieldPath": "metadata.name"}}
        },
        mounts={
            "/etc/sightline/prometheus": _config(Names.PROMETHEUS),
            "/etc/sightline/rules": projected((f"{Names.RULES}-0",)),
        },
    )


def _alertmanager() -> _Shape:
    return _Shape(
        args=(
            "--config.file=/etc/sightline/alertmanager/alertmanager.yml",
            "--storage.path=/alertmanager",
            "--cluster.listen-address=0.0.0.0:9094",
        ),
        mounts={
            "/etc/sightline/alertmanager": _config(Names.ALERTMANAGER),
            containers.SECRETS: _secret(Names.ALERTMANAGER_SECRETS),
        },
        extra_ports={"cluster": 9094},
    )


def _grafana() -> _Shape:
    return _Shape(
        env={
            "GF_SECURITY_ADMIN_USER__FILE": "/etc/sightline/admin/admin-user",
            "GF_SECURITY_ADMIN_PASSWORD__FILE": "/etc/sightline/admin/admin-password",
            "GF_PATHS_PROVISIONING": "/etc/sightline/provisioning",
            "GF_ANALYTICS_REPORTING_ENABLED": "false",
            "GF_ANALYTICS_CHECK_FOR_UPDATES": "false",
            "GF_USERS_ALLOW_SIGN_UP": "false",
            "SIGHTLINE_DASHBOARDS": "/etc/sightline/dashboards",
        },
        mounts={
            "/etc/sightline/admin": _secret(Names.GRAFANA_ADMIN),
            "/etc/sightline/provisioning": {
                "configMap": {
                    "name": Names.GRAFANA,
                    "items": [
                        {"key": f"{kind}.yml", "path": f"{kind}/sightline.yml"}
                        for kind in ("dashboards", "datasources")
                    ],
                }
            },
            "/etc/sightline/dashboards": projected((f"{Names.DASHBOARDS}-0",)),
        },
    )


def _postgres() -> _Shape:
    names = ("DATA_SOURCE_URI", "DATA_SOURCE_USER", "DATA_SOURCE_PASS_FILE")
    return _Shape(
        env={name: _from_config(Names.POSTGRES, name) for name in names},
        mounts={"/etc/sightline/secrets": _secret(Names.CONNECTION_SECRETS)},
    )


def _redis() -> _Shape:
    names = ("REDIS_ADDR", "REDIS_USER", "REDIS_PASSWORD_FILE")
    return _Shape(
        env={name: _from_config(Names.REDIS, name) for name in names},
        mounts={"/etc/sightline/secrets": _secret(Names.CONNECTION_SECRETS)},
    )


def _node() -> _Shape:
    return _Shape(
        args=(
            "--path.rootfs=/host",
            f"--collector.filesystem.mount-points-exclude={_PASSING_MOUNTS}",
        ),
        mounts={"/host": {"hostPath": {"path": "/"}}},
        pod={"hostPID": True, "tolerations": [{"operator": "Exists"}]},
    )


def _process() -> _Shape:
    return _Shape(
        args=(
            "-procfs=/host/proc",
            "-config.path=/etc/sightline/process-exporter/config.yml",
            "-threads=false",
            "-gather-smaps=false",
        ),
        mounts={
            "/host/proc": {"hostPath": {"path": "/proc"}},
            "/etc/sightline/process-exporter": _config(Names.PROCESS),
        },
        pod={"hostPID": True, "tolerations": [{"operator": "Exists"}]},
    )


def _collectors() -> _Shape:
    return _Shape(
        command=("sightline",),
        args=("collect", "--config=/etc/sightline/collectors/collect.yaml"),
        mounts={
            "/etc/sightline/collectors": _config(Names.COLLECTORS),
            "/etc/sightline/secrets": _secret(Names.CONNECTION_SECRETS),
            "/etc/sightline/files": {
                "configMap": {"name": "collectors-files", "optional": True}
            },
        },
    )


_SHAPES: Final[Mapping[placement.Program, Callable[[], _Shape]]] = {
    _Program.PROMETHEUS: _prometheus,
    _Program.ALERTMANAGER: _alertmanager,
    _Program.GRAFANA: _grafana,
    _Program.BLACKBOX_EXPORTER: _blackbox,
    _Program.POSTGRES_EXPORTER: _postgres,
    _Program.REDIS_EXPORTER: _redis,
    _Program.NODE_EXPORTER: _node,
    _Program.PROCESS_EXPORTER: _process,
    _Program.COLLECTORS: _collectors,
}
"""The console has none: where it listens and whom it lets in is decided there."""
