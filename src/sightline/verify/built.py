"""The artifacts of a build, read back: what the live systems must agree with."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Final

import pydantic
import yaml

from sightline import errors
from sightline.formats import plain_yaml
from sightline.loaded import built_rules
from sightline.model import artifacts, units
from sightline.promql import windows

__all__ = [
    "Built",
    "Dashboard",
    "Panel",
    "Query",
    "Rule",
    "RuleGroup",
    "read_built",
]


_NO_SOURCE: Final = "no source"
"""How a built panel begins to say, instead of a number, that its source is missing."""


Rule = built_rules.Rule
RuleGroup = built_rules.RuleGroup


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A panel's query, its variables not yet replaced."""

    expr: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _FieldDefaults:
    no_value: Annotated[str, pydantic.Field(alias="noValue")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _FieldConfig:
    defaults: _FieldDefaults = _FieldDefaults()


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A panel with its queries; those of a collapsed row lie in the row's `panels`."""

    title: str = ""
    targets: tuple[Query, ...] = ()
    panels: tuple["Panel", ...] = ()
    field_config: Annotated[_FieldConfig, pydantic.Field(alias="fieldConfig")] = (
        _FieldConfig()
    )

    @property
    def is_sourceless(self) -> bool:
        """Whether the build itself says that this environment lacks its source."""
        return self.field_config.defaults.no_value.startswith(_NO_SOURCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Variable:
    name: str
    all_value: Annotated[str, pydantic.Field(alias="allValue")] = ".*"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Templating:
    list: tuple[_Variable, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _DashboardFile:
    uid: str
    title: str
    panels: tuple[Panel, ...]
    templating: _Templating = _Templating()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """A dashboard as it was built.

    Attributes:
        document: the whole file.
        panels: those that ask something, out of their rows.
        variables: what stands for `All`, by variable name.
    """

    uid: str
    title: str
    document: Mapping[str, object]
    panels: tuple[Panel, ...]
    variables: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """Everything of a build that is verified.

    Attributes:
        alertmanager: the document of `alertmanager.yml`.
        longest_lookback: how far into the past the rules read at most.
    """

    groups: tuple[RuleGroup, ...]
    dashboards: tuple[Dashboard, ...]
    alertmanager: Mapping[str, object]
    longest_lookback: units.Duration

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules of all groups."""
        return tuple(rule for group in self.groups for rule in group.rules)

    @property
    def alerting_rules(self) -> tuple[Rule, ...]:
        """The rules that alert."""
        return tuple(rule for rule in self.rules if rule.alert)


_DASHBOARD_FILE: Final = pydantic.TypeAdapter(_DashboardFile)
_DOCUMENT: Final = pydantic.TypeAdapter(dict[str, object])


def read_built(built: Iterable[artifacts.Artifact]) -> Built:
    """Reads the artifacts of one environment.

    Raises:
        InputError: an artifact is not what its path says.
    """
    groups: list[RuleGroup] = []
    dashboards: list[Dashboard] = []
    alertmanager: Mapping[str, object] = {}
    for artifact in built:
        try:
            match artifact.path.parts:
                case ("prometheus", "rules", _):
                    document = plain_yaml.read(artifact.text)
                    groups += built_rules.read(document)
                case ("grafana", "dashboards", _):
                    dashboards.append(_read_dashboard(artifact.text))
                case ("alertmanager", "alertmanager.yml"):
                    alertmanager = _DOCUMENT.validate_python(
                        plain_yaml.read(artifact.text)
                    )
                case _:
                    continue
        except (yaml.YAMLError, ValueError) as error:
            raise errors.InputError(f"{artifact.path}: {error}") from error
    return Built(
        groups=tuple(groups),
        dashboards=tuple(dashboards),
        alertmanager=alertmanager,
        longest_lookback=_longest_lookback(groups),
    )


def _longest_lookback(groups: Iterable[RuleGroup]) -> units.Duration:
    exprs = (rule.expr for group in groups for rule in group.rules)
    return max(map(windows.longest_lookback, exprs), default=units.Duration(0))


def _read_dashboard(text: str) -> Dashboard:
    document = json.loads(text)
    parsed = _DASHBOARD_FILE.validate_python(document)
    return Dashboard(
        uid=parsed.uid,
        title=parsed.title,
        document=document,
        panels=tuple(_asking_panels(parsed.panels)),
        variables={one.name: one.all_value for one in parsed.templating.list},
    )


def _asking_panels(panels: Iterable[Panel]) -> Iterator[Panel]:
    for panel in panels:
        if panel.targets:
            yield panel
        yield from _asking_panels(panel.panels)
