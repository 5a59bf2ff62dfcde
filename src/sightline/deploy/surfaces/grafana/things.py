"""What Grafana holds as resources, in one form for what is wanted and what is found.

What Grafana keeps for itself is left out of both, and so is what says nothing: a key
without a value and a key that is not there mean the same to it.
"""

from collections.abc import Mapping
from typing import Final, cast

from sightline.clients import grafana
from sightline.deploy import resources

__all__ = [
    "DASHBOARD",
    "DATA_SOURCE",
    "FOLDER",
    "FOLDER_KEY",
    "dashboard",
    "data_source",
    "folder",
]

FOLDER: Final = "folder"
DATA_SOURCE: Final = "data source"
DASHBOARD: Final = "dashboard"

FOLDER_KEY: Final = "folderUid"
"""Where the document of a dashboard says in which folder it lies."""

_KEPT_BY_GRAFANA: Final = frozenset({"id", "version", "iteration"})
_KEPT_OF_PANELS: Final = frozenset({"pluginVersion"})
"""Written by the browser that saved it: which release of a panel drew it."""


_PHASES: Final[Mapping[str, resources.Phase]] = {
    FOLDER: resources.Phase.FOUNDATION,
    DATA_SOURCE: resources.Phase.FOUNDATION,
    DASHBOARD: resources.Phase.DASHBOARDS,
}


def folder(
    uid: str, title: str, parent_uid: str, revision: str = ""
) -> resources.Resource:
    """Gives a folder."""
    return _resource(
        FOLDER, uid, {"title": title, "parent": parent_uid}, revision=revision
    )


def data_source(
    source: grafana.DataSource | grafana.NewDataSource, revision: str = ""
) -> resources.Resource:
    """Gives a data source; never its secrets, which cannot be compared."""
    document: Mapping[str, resources.Document] = {
        "name": source.name,
        "type": source.kind,
        "url": source.url,
        "access": source.access,
        "user": source.user,
        "database": source.database,
        "isDefault": source.is_default,
        "jsonData": cast("resources.Document", source.settings),
    }
    return _resource(DATA_SOURCE, source.uid, document, revision=revision)


def dashboard(
    uid: str,
    document: Mapping[str, object],
    folder_uid: str,
    *,
    text: str = "",
    revision: str = "",
) -> resources.Resource:
    """Gives a dashboard in its folder.

    Args:
        uid: addresses it.
        document: its JSON.
        folder_uid: where it lies.
        text: the whole of it, to be sent, where it is to be.
        revision: what Grafana calls this version of it.
    """
    whole = {key: one for key, one in document.items() if key not in _KEPT_BY_GRAFANA}
    return _resource(
        DASHBOARD,
        uid,
        {**cast("Mapping[str, resources.Document]", whole), FOLDER_KEY: folder_uid},
        text=text,
        revision=revision,
    )


def _resource(
    kind: str,
    uid: str,
    document: Mapping[str, resources.Document],
    *,
    revision: str,
    text: str = "",
) -> resources.Resource:
    is_board = kind == DASHBOARD
    return resources.Resource(
        identity=resources.Identity.of(resources.Surface.GRAFANA, kind, uid),
        phase=_PHASES[kind],
        document=_say_something(document),
        form=resources.Form.DASHBOARD if is_board else resources.Form.TREE,
        text=text,
        revision=revision,
    )


def _say_something(document: resources.Document) -> resources.Document:
    """Gives a document without keys that hold nothing, at any depth."""
    # What is asked for here is asked a million times for a large estate, of objects
    # that JSON or YAML was read into.
    if type(document) is dict:
        kept: dict[str, resources.Document] = {}
        for key, one in document.items():
            inner = _say_something(one) if type(one) in _DEEP else one
            # `False` and zero are something.
            if inner or not (inner is None or type(inner) in _EMPTY):
                kept[key] = inner
        for key in _KEPT_OF_PANELS & kept.keys():
            del kept[key]
        return kept
    if type(document) is list or type(document) is tuple:
        return [_say_something(one) if type(one) in _DEEP else one for one in document]
    return document


_DEEP: Final = frozenset({dict, list, tuple})
_EMPTY: Final = frozenset({str, list, dict})
