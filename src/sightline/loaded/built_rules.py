"""The rules of a rule file, as plain as Prometheus reports them once it loaded them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

import pydantic

from sightline.model import units

__all__ = ["Rule", "RuleGroup", "read"]


def _seconds(text: object) -> float:
    return units.Duration.parse(str(text)).seconds


_Seconds = Annotated[float, pydantic.BeforeValidator(_seconds)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule as it is in a rule file; exactly one of `alert` and `record` is given.

    Attributes:
        for_, keep_firing_for: in seconds.
    """

    expr: str
    alert: str = ""
    record: str = ""
    for_: Annotated[_Seconds, pydantic.Field(alias="for")] = 0
    keep_firing_for: _Seconds = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The alert's name, or that of the recorded series."""
        return self.alert or self.record


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleGroup:
    """A rule group as it is in a rule file.

    Attributes:
        interval: in seconds; `None` where the server's evaluation interval holds.
    """

    name: str
    rules: tuple[Rule, ...]
    interval: _Seconds | None = None


@dataclass(frozen=True, slots=True)
class _RuleFile:
    groups: tuple[RuleGroup, ...] = ()


_RULE_FILE: Final = pydantic.TypeAdapter(_RuleFile)


def read(document: object) -> tuple[RuleGroup, ...]:
    """Gives the groups in the document of a rule file.

    Raises:
        pydantic.ValidationError: it is none.
    """
    return _RULE_FILE.validate_python(document).groups
