"""Kubernetes objects as resources: what of a live object is ours to compare."""

import json
from collections.abc import Mapping, Sequence
from typing import Final, TypeGuard

import yaml

from sightline.clients import kubernetes
from sightline.deploy import resources
from sightline.formats import plain_yaml

__all__ = ["identify", "project", "read"]

_EMPTY: Final[Mapping[str, resources.Document]] = {}
_RULE_KINDS: Final = frozenset(
    {"PrometheusRule", "ServiceMonitor", "PodMonitor", "Probe", "ScrapeConfig"}
)
_DASHBOARD_LABEL: Final = "grafana_dashboard"
_FIELD: Final = "f:"
_KEYED: Final = "k:"


def identify(manifest: Mapping[str, object]) -> resources.Identity:
    """Gives the identity of an object; its kind carries the group, if it has one."""
    metadata = _mapping(manifest.get("metadata"))
    group, _, _ = str(manifest.get("apiVersion", "")).rpartition("/")
    kind = str(manifest.get("kind", ""))
    namespace, name = metadata.get("namespace"), str(metadata.get("name", ""))
    return resources.Identity.of(
        resources.Surface.KUBERNETES,
        f"{kind}.{group}" if group else kind,
        f"{namespace}/{name}" if namespace else name,
    )


def read(
    manifest: kubernetes.Manifest, document: resources.Document = None
) -> resources.Resource:
    """Gives the resource of an object.

    Args:
        manifest: the object.
        document: what of it is compared, and as JSON the resource's text; all of it
            when it is `None`.
    """
    compared = _as_document(manifest) if document is None else document
    kind = str(manifest.get("kind", ""))
    return resources.Resource(
        identity=identify(manifest),
        phase=_phase(manifest, kind),
        form=resources.Form.RULES if kind == "PrometheusRule" else resources.Form.TREE,
        document=_expand(compared) if kind == "ConfigMap" else compared,
        text=json.dumps(compared, sort_keys=True),
        revision=str(_mapping(manifest.get("metadata")).get("resourceVersion", "")),
    )


def project(
    live: resources.Document,
    wanted: resources.Document,
    owned: Mapping[str, resources.Document],
) -> resources.Document:
    """Gives what of a live object is ours: what is wanted, and what we manage.

    Defaults that the server fills in and fields of others are left out, so that what
    was applied is equal to what is found.

    Args:
        live: the object, or a part of it.
        wanted: the same part as it is wanted; `None` when it is not.
        owned: the fields of this part that our field manager has, in the form of
            `managedFields`. https://kubernetes.io/docs/reference/using-api/server-side-apply/
    """
    if isinstance(live, Mapping) and (isinstance(wanted, Mapping) or owned):
        asked = wanted if isinstance(wanted, Mapping) else _EMPTY
        return {
            key: project(inner, asked.get(key), _mapping(owned.get(_FIELD + key)))
            for key, inner in live.items()
            if key in asked or _FIELD + key in owned
        }
    if _is_list(live) and _is_list(wanted):
        if any(key.startswith(_KEYED) for key in owned):
            return _project_keyed(live, wanted, owned)
        if len(live) == len(wanted):
            return [
                project(one, other, _EMPTY)
                for one, other in zip(live, wanted, strict=True)
            ]
    return live


def _project_keyed(
    live: Sequence[resources.Document],
    wanted: Sequence[resources.Document],
    owned: Mapping[str, resources.Document],
) -> list[resources.Document]:
    """Gives the items of a list whose items have keys, such as containers."""
    kept = []
    for item in live:
        fields = _find_owned(item, owned)
        match = _find_wanted(item, wanted, owned)
        if fields is not None or match is not None:
            kept.append(project(item, match, fields or _EMPTY))
    return kept


def _find_owned(
    item: resources.Document, owned: Mapping[str, resources.Document]
) -> Mapping[str, resources.Document] | None:
    for key, fields in owned.items():
        if key.startswith(_KEYED) and _has(item, _keys(key)):
            return _mapping(fields)
    return None


def _find_wanted(
    item: resources.Document,
    wanted: Sequence[resources.Document],
    owned: Mapping[str, resources.Document],
) -> resources.Document:
    names = next(_keys(key) for key in owned if key.startswith(_KEYED))
    found = _mapping(item)
    keys = {name: found.get(name) for name in names}
    return next((one for one in wanted if _has(one, keys)), None)


def _keys(key: str) -> Mapping[str, resources.Document]:
    return _mapping(json.loads(key.removeprefix(_KEYED)))


def _has(item: resources.Document, keys: Mapping[str, resources.Document]) -> bool:
    found = _mapping(item)
    # A key that has a default may be left out of what is wanted.
    return all(found.get(name, inner) == inner for name, inner in keys.items())


def _phase(manifest: kubernetes.Manifest, kind: str) -> resources.Phase:
    metadata = _mapping(manifest.get("metadata"))
    labels, name = _mapping(metadata.get("labels")), str(metadata.get("name", ""))
    if _DASHBOARD_LABEL in labels:
        return resources.Phase.DASHBOARDS
    if kind == "AlertmanagerConfig" or (kind == "ConfigMap" and "alertmanager" in name):
        return resources.Phase.ROUTES
    if kind in _RULE_KINDS or (kind == "ConfigMap" and "prometheus" in name):
        return resources.Phase.RULES
    return resources.Phase.FOUNDATION


def _expand(document: resources.Document) -> resources.Document:
    """Gives a ConfigMap with the files inside as trees, to be compared as such."""
    top = _mapping(document)
    files = {name: _read_file(text) for name, text in _mapping(top.get("data")).items()}
    return {**top, "data": files} if files else document


def _read_file(text: resources.Document) -> resources.Document:
    try:
        found = plain_yaml.read(str(text))
    except yaml.YAMLError:
        return text
    is_tree = isinstance(found, Mapping | list)
    # What JSON cannot hold, such as a date, stays the text that it was.
    return _as_document(found) if is_tree else text


def _as_document(found: object) -> resources.Document:
    document: resources.Document = json.loads(json.dumps(found, default=str))
    return document


def _mapping(found: object) -> Mapping[str, resources.Document]:
    return found if isinstance(found, Mapping) else _EMPTY


def _is_list(found: object) -> TypeGuard[Sequence[resources.Document]]:
    return isinstance(found, Sequence) and not isinstance(found, str)
