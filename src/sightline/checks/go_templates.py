"""References in Go templates: which labels and annotations a text reads."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

__all__ = ["Action", "Reference", "actions", "find_unclosed", "references"]

_ACTION: Final = re.compile(
    r"\{\{-?(?P<body>(?:[^\"`{}]|\"(?:[^\"\\]|\\.)*\"|`[^`]*`|\{(?!\{))*?)-?\}\}",
    re.DOTALL,
)
_LONGEST: Final = 20_000
"""No message is longer; a text without an end would be searched again and again."""

_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`')
_FIELD: Final = re.compile(
    r"(?P<holder>\$labels|(?:\.|\$\.?)(?:Labels|Annotations|CommonLabels"
    r"|CommonAnnotations|GroupLabels))\.(?P<name>[A-Za-z_]\w*)"
)
_INDEXED: Final = re.compile(
    r"index[ \t]+(?P<holder>\$labels|(?:\.|\$\.?)(?:Labels|Annotations|CommonLabels"
    r"|CommonAnnotations|GroupLabels))[ \t]+\"(?P<name>[^\"\\]+)\""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What stands between `{{` and `}}`, and where it begins in the text."""

    body: str
    start: int

    @property
    def code(self) -> str:
        """The body with spaces in the place of every quoted text."""
        return _QUOTED.sub(lambda found: " " * len(found[0]), self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A label or annotation that a template reads.

    Attributes:
        holder: `labels` of Prometheus, or Alertmanager's `Labels`, `Annotations`,
            `CommonLabels`, `CommonAnnotations`, `GroupLabels`.
        start, end: where in the text it stands.
        is_tested: the template looks first whether it is there.
    """

    holder: str
    name: str
    start: int
    end: int
    is_tested: bool


def actions(text: str) -> Iterator[Action]:
    """Gives the actions of a template, comments left out."""
    if len(text) > _LONGEST:
        return
    for found in _ACTION.finditer(text):
        if not found["body"].lstrip().startswith("/*"):
            yield Action(body=found["body"], start=found.start("body"))


def find_unclosed(text: str) -> int | None:
    """Gives where an action begins that does not end; `None` where all of them do."""
    if len(text) > _LONGEST:
        return None
    rest = _ACTION.sub(lambda found: " " * len(found[0]), text)
    start = rest.find("{{")
    return None if start < 0 else start


def references(text: str) -> Iterator[Reference]:
    """Gives the labels and annotations that a template reads, in order."""
    tested = {
        (found["holder"], found["name"])
        for action in actions(text)
        if re.match(r"\s*(if|with|else if)\b", action.body)
        for pattern in (_FIELD, _INDEXED)
        for found in pattern.finditer(action.body)
    }
    for action in actions(text):
        matches = [*_FIELD.finditer(action.code), *_INDEXED.finditer(action.body)]
        for found in sorted(matches, key=lambda one: one.start()):
            yield Reference(
                holder=found["holder"].lstrip("$."),
                name=found["name"],
                start=action.start + found.start(),
                end=action.start + found.end(),
                is_tested=(found["holder"], found["name"]) in tested,
            )
