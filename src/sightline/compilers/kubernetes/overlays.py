"""An overlay: the programs that an environment has, their files, and what differs."""

from typing import Final

from sightline.compilers import (
    documents,
    programs,
    upstream,
)
from sightline.compilers.kubernetes import base, files, objects, pods, sizes
from sightline.model import (
    artifacts,
    environments,
    monitoring,
    placement,
)

__all__ = ["compile_overlay", "compile_whole"]

_Program = placement.Program
_CLUSTER_PORT: Final = 9094


def compile_overlay(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[artifacts.Artifact, ...]:
    """Gives the overlay of an environment that has a cluster."""
    cluster = environment.place.kubernetes
    assert cluster is not None  # noqa: S101 - the caller has looked
    declared = declared.within(environment)
    folder = f"overlays/{environment.name}"
    running = programs.present(declared, environment)
    read = files.compile_files(declared, environment)
    maps = {
        f"{program.value}-files.yaml": read.maps[program]
        for program in running
        if program in read.maps
    }
    budgets = [_budget(one) for one in running if _replicas(one, environment) > 1]
    patches = {
        f"patch-{one.value}.yaml": _patch(one, environment, read) for one in running
    }
    settings = base.kustomization(
        namespace=cluster.namespace,
        resources=[
            "namespace.yaml",
            *(f"../../base/{program.value}" for program in running),
            *maps,
            *(["budgets.yaml"] if budgets else []),
        ],
        patches=[{"path": name} for name in patches],
    )
    namespace: objects.Object = {
        "apiVersion": "v1",
        "kind": "Namespace",
        "metadata": {"name": cluster.namespace},
    }
    written = {
        "kustomization.yaml": [settings],
        "namespace.yaml": [namespace],
        **maps,
        **({"budgets.yaml": budgets} if budgets else {}),
        **{name: [patch] for name, patch in patches.items()},
    }
    return tuple(
        objects.artifact(f"{folder}/{name}", found) for name, found in written.items()
    )


def compile_whole(
    program: placement.Program,
    declared: monitoring.Monitoring,
    environment: environments.Environment,
) -> objects.Objects:
    """Gives a program as the overlay makes it, in objects that need no kustomize."""
    read = files.compile_files(declared, environment, (program,))
    patch = _patch(program, environment, read)
    patched = [
        _merge(one, patch) if one["kind"] == patch["kind"] else one
        for one in base.compile_program(program)
    ]
    return [*read.maps.get(program, []), *patched]


def _merge(whole: objects.Object, patch: objects.Object) -> objects.Object:
    """Joins a patch with an object: mappings by key, lists of named things by name."""
    merged = dict(whole)
    for key, new in patch.items():
        old = merged.get(key)
        if isinstance(old, dict) and isinstance(new, dict):
            merged[key] = _merge(old, new)
        elif key in {"containers", "volumes", "env"} and isinstance(old, list):
            merged[key] = _merge_named(old, new)
        else:
            merged[key] = new
    return merged


def _merge_named(
    whole: list[documents.Document], patch: documents.Document
) -> list[documents.Document]:
    named = {one["name"]: one for one in whole if isinstance(one, dict)}
    for one in patch if isinstance(patch, list) else ():
        if isinstance(one, dict):
            named[one["name"]] = _merge(named.get(one["name"], {}), one)
    return list(named.values())


def _replicas(program: placement.Program, environment: environments.Environment) -> int:
    is_many = program in {_Program.PROMETHEUS, _Program.ALERTMANAGER}
    return environment.replicas_of(program.value) if is_many else 1


def _budget(program: placement.Program) -> objects.Object:
    """Gives the budget that lets one instance at a time be moved away."""
    return {
        "apiVersion": "policy/v1",
        "kind": "PodDisruptionBudget",
        "metadata": objects.describe(program.value, program),
        "spec": {
            "maxUnavailable": 1,
            "selector": {"matchLabels": objects.selector(program)},
        },
    }


def _patch(
    program: placement.Program, environment: environments.Environment, read: files.Files
) -> objects.Object:
    """Gives what differs from the base: room, image, replicas, and flags."""
    whole = base.compile_workload(program)
    room = environment.place.rooms[program]
    image = upstream.image_of(environment, program)
    container: objects.Object = {
        "name": program.value,
        **({"image": image} if image != upstream.IMAGES.get(program) else {}),
        **_flags(program, environment),
        **_variables(program, environment),
        "resources": objects.resources(room),
    }
    spec: objects.Object = {"containers": [container], **_volumes(program, read)}
    template: objects.Object = {"spec": spec}
    if program is not _Program.PROMETHEUS:
        mark = {pods.CONFIG_DIGEST: _restarting(program, read)}
        template = {"metadata": {"annotations": mark}, **template}
    return {
        "apiVersion": whole["apiVersion"],
        "kind": whole["kind"],
        "metadata": {"name": program.value},
        "spec": {
            **_count(program, environment),
            "template": template,
            **_claims(program, environment),
        },
    }


def _restarting(program: placement.Program, read: files.Files) -> str:
    """Gives a fingerprint of what a program reads at its start and never again."""
    if program is _Program.GRAFANA:
        first = read.maps[program][:1]
        return objects.digest(map(documents.render_yaml, first))
    return read.digest(program)


def _count(
    program: placement.Program, environment: environments.Environment
) -> objects.Object:
    if programs.FACTS[program].per_machine:
        return {}
    return {"replicas": _replicas(program, environment)}


def _flags(
    program: placement.Program, environment: environments.Environment
) -> objects.Object:
    usual = pods.arguments(program)
    room = environment.place.rooms[program]
    match program:
        case _Program.PROMETHEUS:
            more = [
                f"--storage.tsdb.retention.time={environment.retention}",
                f"--storage.tsdb.retention.size={sizes.retention_size(room)}",
                f"--web.external-url={environment.prometheus_url}",
                "--web.route-prefix=/",
            ]
        case _Program.ALERTMANAGER:
            more = [
                f"--web.external-url={environment.alertmanager_url}",
                "--web.route-prefix=/",
                *_peers(environment.replicas_of(program.value)),
            ]
        case _:
            return {}
    return {"args": [*usual, *more]}


def _peers(count: int) -> list[str]:
    name, port = _Program.ALERTMANAGER.value, _CLUSTER_PORT
    if count == 1:
        return []
    return [
        f"--cluster.peer={name}-{number}.{name}-pods:{port}" for number in range(count)
    ]


def _variables(
    program: placement.Program, environment: environments.Environment
) -> objects.Object:
    if program is not _Program.GRAFANA:
        return {}
    return {"env": [{"name": "GF_SERVER_ROOT_URL", "value": environment.grafana_url}]}


def _volumes(program: placement.Program, read: files.Files) -> objects.Object:
    """Gives the volume of files that may be spread over several ConfigMaps."""
    prefix = {
        _Program.PROMETHEUS: pods.Names.RULES,
        _Program.GRAFANA: pods.Names.DASHBOARDS,
    }.get(program)
    if prefix is None:
        return {}
    names = read.names(program, f"{prefix}-")
    return {"volumes": [{"name": prefix, **pods.projected(names)}]}


def _claims(
    program: placement.Program, environment: environments.Environment
) -> objects.Object:
    if programs.FACTS[program].data is None:
        return {}
    claim = sizes.claim(environment, program)
    return {"volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": claim}]}
