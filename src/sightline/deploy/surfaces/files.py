"""The files of a server on a plain machine, as resources: what each of them is."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import yaml

from sightline.deploy import resources
from sightline.formats import plain_yaml

__all__ = [
    "FileKind",
    "FileSet",
    "alertmanager_files",
    "dashboard_files",
    "prometheus_files",
]

_UNREADABLE: Final = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    """A kind of file: where files of it lie, and how they are read."""

    kind: str
    pattern: re.Pattern[str]
    phase: resources.Phase
    form: resources.Form


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSet:
    """The files of one surface.

    Attributes:
        kinds: a file of none of them is not ours to look at.
        shared: folders where others may keep files of their own beside ours.
    """

    surface: resources.Surface
    kinds: tuple[FileKind, ...]
    shared: tuple[str, ...]

    def read(self, name: str, text: str) -> resources.Resource | None:
        """Gives the resource in a file; `None` when it is of none of the kinds.

        Args:
            name: its path below the directory, with forward slashes.
            text: its content.
        """
        for kind in self.kinds:
            if kind.pattern.fullmatch(name):
                return resources.Resource(
                    identity=resources.Identity.of(self.surface, kind.kind, name),
                    phase=kind.phase,
                    form=kind.form,
                    document=_parse(text, kind.form, name),
                    text=text,
                )
        return None


def _kind(
    kind: str, pattern: str, phase: resources.Phase, form: resources.Form
) -> FileKind:
    return FileKind(kind=kind, pattern=re.compile(pattern), phase=phase, form=form)


prometheus_files: Final = FileSet(
    surface=resources.Surface.PROMETHEUS,
    kinds=(
        _kind(
            "rules", r"rules/[^/]+\.ya?ml", resources.Phase.RULES, resources.Form.RULES
        ),
        _kind("config", r"[^/]+\.ya?ml", resources.Phase.RULES, resources.Form.TREE),
    ),
    shared=("rules",),
)
alertmanager_files: Final = FileSet(
    surface=resources.Surface.ALERTMANAGER,
    kinds=(
        _kind(
            "config",
            r"alertmanager\.ya?ml",
            resources.Phase.ROUTES,
            resources.Form.ALERTMANAGER,
        ),
        _kind(
            "template",
            r"templates/[^/]+\.tmpl",
            resources.Phase.ROUTES,
            resources.Form.TEXT,
        ),
    ),
    shared=("templates",),
)
dashboard_files: Final = FileSet(
    surface=resources.Surface.GRAFANA,
    kinds=(
        _kind(
            "dashboard",
            r"dashboards/[^/]+\.json",
            resources.Phase.DASHBOARDS,
            resources.Form.DASHBOARD,
        ),
    ),
    shared=("dashboards",),
)


def _parse(text: str, form: resources.Form, name: str) -> resources.Document:
    """Gives what a file holds; of one that is no YAML or JSON, what tells it apart.

    Its text is not shown: whoever wrote it by hand may have put a secret there.
    """
    if form is resources.Form.TEXT:
        return text
    try:
        if name.endswith(".json"):
            return _plain(json.loads(text))
        return _plain(plain_yaml.read(text))
    except (yaml.YAMLError, ValueError):
        digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
        return {_UNREADABLE: digest[: resources.SHOWN_DIGITS]}


def _plain(found: object) -> resources.Document:
    match found:
        case str() | bool() | int() | float() | None:
            return found
        case Mapping():
            return {str(key): _plain(inner) for key, inner in found.items()}
        case dt.date():
            return found.isoformat()
        case Sequence():
            return [_plain(inner) for inner in found]
        case _:
            return str(found)
