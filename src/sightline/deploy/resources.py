"""What is deployed: resources, each with its place, its document and fingerprint."""

import enum
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

__all__ = [
    "SHOWN_DIGITS",
    "Document",
    "Form",
    "Identity",
    "Phase",
    "Resource",
    "Surface",
    "fingerprint",
]

Document: TypeAlias = (
    "bool | int | float | str | Sequence[Document] | Mapping[str, Document] | None"
)
"""What both YAML and JSON can hold; a text file is a `str`. Never changed in place."""

SHOWN_DIGITS: Final = 12
"""How much of a fingerprint people are shown: enough to tell plans apart."""


_POINT_ZERO: Final = re.compile(r"\.0(?![0-9])")
_EXPONENT: Final = re.compile(r"e\+?[0-9]")
"""Patterns that begin with a letter are looked for quickly, in text of any length."""


class Surface(enum.Enum):
    """A live system that holds resources; the value is its name for people and JSON."""

    HELM = "helm"
    KUBERNETES = "kubernetes"
    ALERTMANAGER = "alertmanager"
    PROMETHEUS = "prometheus"
    GRAFANA = "grafana"


class Phase(enum.IntEnum):
    """When a resource is written: what others need comes earlier.

    Removal goes the other way round, so that no alert is ever without its route.
    """

    FOUNDATION = 1
    """Charts, namespaces, folders, data sources: what others stand on."""
    ROUTES = 2
    """Alertmanager's configuration and templates."""
    RULES = 3
    """Rules, and what they read: scrape configuration and targets."""
    DASHBOARDS = 4
    """What people look at."""

    @property
    def label(self) -> str:
        """The word for people, in lower case."""
        return self.name.lower()


class Form(enum.Enum):
    """How a document is read when two of them are compared."""

    TREE = "tree"
    """Any nested document: compared path by path."""
    TEXT = "text"
    """Lines."""
    RULES = "rules"
    """The groups of a rule file."""
    ALERTMANAGER = "alertmanager"
    """Alertmanager's configuration."""
    DASHBOARD = "dashboard"
    """Grafana's classic dashboard JSON."""


@dataclass(frozen=True, slots=True, order=True)
class Identity:
    """Which resource: its surface, its kind there, and its name among that kind.

    Attributes:
        surface: the surface's value, so that identities can be ordered.
        kind: in the surface's own words: `dashboard`, `rules`, `ConfigMap`.
        name: unique among the kind: a uid, a path, or `namespace/name`.
    """

    surface: str
    kind: str
    name: str

    @classmethod
    def of(cls, surface: Surface, kind: str, name: str) -> "Identity":
        """Gives the identity of a resource of `surface`."""
        return cls(surface.value, kind, name)

    def __str__(self) -> str:
        """Writes it as people read it."""
        return f"{self.surface} {self.kind} {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource, as it is wanted or as it was found.

    Attributes:
        document: normalised by its surface: what the surface adds by itself (ids,
            versions, defaults) is left out, so that equal documents mean that there
            is nothing to do.
        text: the file's text as it was built, for surfaces that hold files.
        revision: what the surface calls this version of it, for writes that must not
            overwrite another; empty where the surface has no such thing. It says
            nothing about the content.
        fingerprint: of the document, as 64 hexadecimal digits.
    """

    identity: Identity
    phase: Phase
    document: Document
    form: Form = Form.TREE
    text: str = field(default="", compare=False, repr=False)
    revision: str = field(default="", compare=False)
    fingerprint: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fingerprint", fingerprint(self.document))


def fingerprint(document: Document) -> str:
    """Gives the SHA-256 of a document, whatever the order of its keys.

    `1` and `1.0` are the same number: YAML and JSON writers disagree on its spelling.
    """
    text = _spell(document)
    if _may_have_whole_floats(text):
        text = _spell(_with_whole_numbers(document))
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _may_have_whole_floats(text: str) -> bool:
    """Whether a number may be spelled as a float and be whole; few documents have one.

    It is asked of every dashboard of an estate, more than once.
    """
    return bool(_POINT_ZERO.search(text)) or any(
        text[found.start() - 1].isdigit() for found in _EXPONENT.finditer(text)
    )


def _spell(document: Document) -> str:
    return json.dumps(
        document, sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )


def _with_whole_numbers(document: Document) -> Document:
    match document:
        case float() if document.is_integer():
            return int(document)
        case str() | bool() | int() | float() | None:
            return document
        case dict() | Mapping():  # the usual one is quick to tell
            return {key: _with_whole_numbers(inner) for key, inner in document.items()}
        case _:
            return [_with_whole_numbers(inner) for inner in document]
