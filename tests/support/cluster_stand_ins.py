"""Programs that stand in for `kubectl` and `helm` with a cluster behind them.

They keep their cluster in a file, refuse every argument that they do not know, and do
what the real ones do at the boundary that sightline crosses: server-side apply with
field managers and conflicts, defaults that a server fills in, releases with revisions.
They are run as processes: `python cluster_stand_ins.py kubectl|helm STATE ARGUMENTS…`.
"""

import argparse
import base64
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

__all__ = ["install"]

_CONTEXT: Final = "production"
_EMPTY: Final = {"objects": {}, "secrets": {}, "releases": {}, "version": 0}


def install(folder: Path) -> Path:
    """Puts `kubectl` and `helm` into a folder; gives the file with their cluster."""
    state = folder / "cluster.json"
    state.write_text(json.dumps(_EMPTY))
    for name in ("kubectl", "helm"):
        program = folder / name
        program.write_text(
            f'#!/bin/sh\nexec {sys.executable} {Path(__file__)} {name} {state} "$@"\n'
        )
        program.chmod(0o755)
    return state


def main(argv: list[str]) -> int:
    """Runs one command of one of the programs."""
    name, file, *words = argv
    cluster: dict[str, Any] = json.loads(Path(file).read_text())
    try:
        {"kubectl": _kubectl, "helm": _helm}[name](words, cluster)
    except RefusedError as refused:
        sys.stderr.write(f"error: {refused}\n")
        return 1
    Path(file).write_text(json.dumps(cluster))
    return 0


class RefusedError(Exception):
    """What the server or the program answers instead of doing it."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        raise RefusedError(f"unknown flag or argument: {message}")


def _parse(words: list[str], *flags: str, switches: tuple[str, ...] = ()) -> Any:
    parser = _Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("words", nargs="*")
    for flag in flags:
        parser.add_argument(flag, default="")
    for switch in switches:
        parser.add_argument(switch, action="store_true")
    return parser.parse_intermixed_args(words)


def _kubectl(words: list[str], cluster: dict[str, Any]) -> None:
    asked = _parse(
        words,
        "--context",
        "--filename",
        "--namespace",
        "--output",
        "--field-manager",
        "--dry-run",
        "--wait",
        switches=(
            "--ignore-not-found",
            "--show-managed-fields",
            "--server-side",
            "--force-conflicts",
        ),
    )
    if asked.context != _CONTEXT:
        raise RefusedError(f'context "{asked.context}" does not exist')
    match asked.words:
        case ["get"]:
            _get(asked, cluster)
        case ["get", "secret", name]:
            found = cluster["secrets"].get(f"{asked.namespace}/{name}")
            if found is None:
                raise RefusedError(f'secrets "{name}" not found')
            encoded = {
                key: base64.b64encode(text.encode()).decode()
                for key, text in found.items()
            }
            print(json.dumps({"kind": "Secret", "data": encoded}))  # noqa: T201
        case ["apply"] if asked.server_side and asked.field_manager:
            for item in _items(asked.filename):
                _apply(item, asked, cluster)
        case ["delete"]:
            for item in _items(asked.filename):
                cluster["objects"].pop(_key(item), None)
        case _:
            raise RefusedError(f"unknown command {asked.words}")


def _items(file: str) -> list[dict[str, Any]]:
    document = json.loads(Path(file).read_text())
    if document["kind"] != "List" or document["apiVersion"] != "v1":
        raise RefusedError("expected a List")
    return list(document["items"])


def _key(item: Mapping[str, Any]) -> str:
    metadata = item["metadata"]
    place = metadata.get("namespace", "default")
    return f"{item['apiVersion']}/{item['kind']}/{place}/{metadata['name']}"


def _get(asked: Any, cluster: dict[str, Any]) -> None:
    if asked.output != "json" or not asked.ignore_not_found:
        raise RefusedError("expected --output=json --ignore-not-found")
    keys = [_key(item) for item in _items(asked.filename)]
    found = [cluster["objects"][key] for key in keys if key in cluster["objects"]]
    if not found:
        return
    listed = {"apiVersion": "v1", "kind": "List", "items": found}
    answer = found[0] if len(keys) == 1 else listed
    print(json.dumps(answer))  # noqa: T201


def _apply(item: dict[str, Any], asked: Any, cluster: dict[str, Any]) -> None:
    if item["kind"] == "Secret":
        raise RefusedError("secrets is forbidden")
    if not item.get("metadata", {}).get("name"):
        raise RefusedError("resource name may not be empty")
    if item.get("spec", {}).get("replicas") == "two":
        raise RefusedError(f"{item['kind']}: spec.replicas: expected integer")
    live = cluster["objects"].get(_key(item))
    revision = item["metadata"].pop("resourceVersion", None)
    if live is not None:
        if revision and revision != live["metadata"]["resourceVersion"]:
            raise RefusedError("Operation cannot be fulfilled: Conflict")
        _require_ownership(item, live, asked)
    if asked.dry_run == "server":
        return
    if asked.dry_run:
        raise RefusedError(f"unknown dry run {asked.dry_run}")
    cluster["version"] += 1
    fields = _fields(item)
    stored = _merge(live or {}, item, _former(live, asked.field_manager))
    stored["metadata"] |= {"resourceVersion": str(cluster["version"]), "uid": "u"}
    if item["kind"] == "Service":
        stored["spec"].setdefault("sessionAffinity", "None")
    managers = [
        one
        for one in stored["metadata"].get("managedFields", [])
        if one["manager"] != asked.field_manager
    ]
    stored["metadata"]["managedFields"] = [
        *managers,
        {
            "manager": asked.field_manager,
            "operation": "Apply",
            "fieldsV1": fields,
        },
    ]
    cluster["objects"][_key(item)] = stored


def _fields(part: Any) -> dict[str, Any]:
    if isinstance(part, dict):
        return {f"f:{key}": _fields(inner) for key, inner in part.items()}
    if isinstance(part, list) and all(isinstance(one, dict) for one in part):
        keys = [one.get("name") for one in part]
        if keys and None not in keys:
            return {
                f"k:{json.dumps({'name': one['name']})}": _fields(one) for one in part
            }
    return {}


def _require_ownership(item: dict[str, Any], live: dict[str, Any], asked: Any) -> None:
    if asked.force_conflicts:
        return
    for entry in live["metadata"].get("managedFields", []):
        if entry["manager"] == asked.field_manager:
            continue
        if _clashes(item, live, entry["fieldsV1"]):
            raise RefusedError(
                f'Apply failed with 1 conflict with "{entry["manager"]}"'
            )


def _clashes(wanted: Any, live: Any, fields: Mapping[str, Any]) -> bool:
    if not isinstance(wanted, dict) or not isinstance(live, dict):
        return bool(wanted != live)
    return any(
        _clashes(wanted[key], live.get(key), inner)
        for name, inner in fields.items()
        if (key := name.removeprefix("f:")) in wanted
    )


def _former(live: Mapping[str, Any] | None, manager: str) -> Mapping[str, Any]:
    entries = (live or {}).get("metadata", {}).get("managedFields", [])
    return next((one["fieldsV1"] for one in entries if one["manager"] == manager), {})


def _merge(live: Any, wanted: Any, former: Mapping[str, Any]) -> Any:
    """Gives what is stored: fields that the manager gave up are removed."""
    if not isinstance(live, dict) or not isinstance(wanted, dict):
        return wanted
    kept = {
        key: inner
        for key, inner in live.items()
        if key in wanted or f"f:{key}" not in former
    }
    merged = {
        key: _merge(kept.get(key), inner, former.get(f"f:{key}", {}))
        for key, inner in wanted.items()
    }
    return kept | merged


def _helm(words: list[str], cluster: dict[str, Any]) -> None:
    asked = _parse(
        words,
        "--kube-context",
        "--namespace",
        "--output",
        "--version",
        "--values",
        switches=("--all", "--install", "--atomic", "--create-namespace", "--wait"),
    )
    if asked.kube_context != _CONTEXT:
        raise RefusedError(f'context "{asked.kube_context}" does not exist')
    releases = cluster["releases"]
    match asked.words:
        case ["list"] if asked.output == "json":
            listed = [one for one in releases.values() if _is_in(one, asked.namespace)]
            shown = [
                {key: one[key] for key in one if key != "values"} for one in listed
            ]
            print(json.dumps(shown))  # noqa: T201
        case ["get", "values", name] if asked.output == "json":
            values = releases[f"{asked.namespace}/{name}"]["values"]
            print(json.dumps(values or None))  # noqa: T201
        case ["upgrade", name, chart] if asked.install and asked.atomic:
            key = f"{asked.namespace}/{name}"
            revision = int(releases.get(key, {"revision": "0"})["revision"]) + 1
            releases[key] = {
                "name": name,
                "namespace": asked.namespace,
                "revision": str(revision),
                "updated": "2026-11-01",
                "status": "deployed",
                "chart": f"{chart.rpartition('/')[2]}-{asked.version}",
                "app_version": "1",
                "values": json.loads(Path(asked.values).read_text()),
            }
        case ["uninstall", name] if asked.wait:
            del releases[f"{asked.namespace}/{name}"]
        case _:
            raise RefusedError(f"unknown command {asked.words}")


def _is_in(release: Mapping[str, Any], namespace: str) -> bool:
    return bool(release["namespace"] == namespace)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
