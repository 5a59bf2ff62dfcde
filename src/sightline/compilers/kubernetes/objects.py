"""Small Kubernetes objects, and files in ConfigMaps that stay below the limit."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from sightline import errors
from sightline.compilers import documents
from sightline.model import artifacts, placement

__all__ = [
    "MOST_BYTES",
    "NAME_LABEL",
    "PART_OF",
    "Object",
    "Objects",
    "artifact",
    "config_map",
    "describe",
    "digest",
    "pack",
    "quantity",
    "render",
    "resources",
    "selector",
]

Object = dict[str, documents.Document]
Objects = list[Object]

MOST_BYTES: Final = 900_000
"""Of the files of one ConfigMap; the API server refuses more than 1 MiB with names.
https://kubernetes.io/docs/concepts/configuration/configmap/
"""

NAME_LABEL: Final = "app.kubernetes.io/name"
PART_OF: Final = {"app.kubernetes.io/part-of": "sightline"}
_GIBIBYTE: Final = 1024
_WHOLE: Final = 1000


def describe(
    name: str,
    program: placement.Program | None = None,
    annotations: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
) -> Object:
    """Gives the metadata of an object; its namespace is the kustomization's."""
    whole = {**(selector(program) if program else {}), **PART_OF, **(labels or {})}
    return {
        "name": name,
        "labels": whole,
        **({"annotations": dict(annotations)} if annotations else {}),
    }


def selector(program: placement.Program) -> dict[str, str]:
    """Gives the labels by which the pods of a program are found."""
    return {NAME_LABEL: program.value}


def config_map(
    name: str,
    files: Mapping[str, str],
    annotations: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
) -> Object:
    """Gives a ConfigMap of text files."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": describe(name, annotations=annotations, labels=labels),
        "data": dict(files),
    }


def pack(files: Mapping[str, str], most: int = MOST_BYTES) -> Iterator[dict[str, str]]:
    """Gives the files in groups that one ConfigMap each can hold, in order.

    Raises:
        InputError: one file is larger than a ConfigMap can be.
    """
    group: dict[str, str] = {}
    size = 0
    for name, text in files.items():
        length = len(name) + len(text.encode())
        if length > most:
            raise errors.InputError(
                f"expected a file of at most {most} bytes, as a ConfigMap holds it,"
                f" found {name} with {length}; divide what it is made of (a file of"
                " signals, a dashboard), or build without kubernetes and helm"
            )
        if size + length > most:
            yield group
            group, size = {}, 0
        group[name] = text
        size += length
    if group:
        yield group


def digest(texts: Iterable[str]) -> str:
    """Gives a short fingerprint of texts, which changes when one of them does."""
    hashed = hashlib.sha256()
    for text in texts:
        hashed.update(text.encode())
        hashed.update(b"\0")
    return hashed.hexdigest()[:16]


def render(objects: Iterable[Object]) -> str:
    """Gives objects as one YAML file."""
    return "---\n".join(documents.render_yaml(one) for one in objects)


def artifact(path: str, objects: Iterable[Object]) -> artifacts.Artifact:
    """Gives a file of objects below `kubernetes/`."""
    return artifacts.Artifact(
        path=PurePosixPath("kubernetes") / path, text=render(objects)
    )


def quantity(mebibytes: int) -> str:
    """Writes memory or disk as Kubernetes does, such as `8Gi`."""
    if mebibytes % _GIBIBYTE == 0:
        return f"{mebibytes // _GIBIBYTE}Gi"
    return f"{mebibytes}Mi"


def resources(room: placement.Room) -> Object:
    """Gives what a container is set aside; memory is a limit too, processors are not.

    A container above its limit of processors is slowed down when it is needed most.
    """
    millicores, memory = room.cpu_millicores, quantity(room.memory_mebibytes)
    cpu = str(millicores // _WHOLE) if millicores % _WHOLE == 0 else f"{millicores}m"
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": memory}}
