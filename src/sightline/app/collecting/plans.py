"""What is to be collected: each declared source beside the connections it names."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sightline import errors
from sightline.model import collecting, connections, events

__all__ = ["Planned", "plan"]

_DATABASES: Final = (connections.Postgres, connections.Sqlite)
_EVENT_INPUTS: Final = (
    connections.Files,
    connections.HttpBatches,
    connections.StandardInput,
)
_WORDS: Final[Mapping[type[connections.Connection], str]] = {
    connections.Postgres: "postgres",
    connections.Sqlite: "sqlite",
    connections.Redis: "redis",
    connections.Stripe: "stripe",
    connections.TlsEndpoint: "tls",
    connections.Files: "files",
    connections.HttpBatches: "http",
    connections.StandardInput: "standard_input",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A source and where it is read; two that are equal need no new start.

    Attributes:
        state: the folder of what must survive a restart.
        lists, countries: where an event source looks addresses up.
    """

    source: collecting.DeclaredSource
    connection: connections.Connection
    state: Path
    lists: connections.Files | None = None
    countries: connections.Files | None = None


def plan(
    collection: collecting.Collection, settings: connections.CollectorSettings
) -> Mapping[str, Planned]:
    """Gives what is read in the environment of the settings, by the source's name.

    Raises:
        InputError: connections are missing, or of another kind; it names them all.
    """
    planner = _Planner(settings)
    declared = collection.within(settings.environment).sources
    planned = {name: planner.plan(source) for name, source in declared.items()}
    if planner.complaints:
        raise errors.InputError("\n".join(planner.complaints))
    return {name: one for name, one in planned.items() if one is not None}


class _Planner:
    """Finds the connections that sources name, and notes those that it does not."""

    def __init__(self, settings: connections.CollectorSettings) -> None:
        self._settings = settings
        self.complaints: list[str] = []

    def plan(self, source: collecting.DeclaredSource) -> Planned | None:
        """Gives a source with its connections; `None` if one is missing."""
        connection = self._find(source, source.connection, _kinds_for(source))
        lists = countries = None
        if isinstance(source, events.EventSource):
            lists = self._find_files(source, source.lists)
            countries = self._find_files(source, source.countries)
        if connection is None:
            return None
        return Planned(
            source=source,
            connection=connection,
            state=self._settings.state,
            lists=lists,
            countries=countries,
        )

    def _find_files(
        self, source: collecting.DeclaredSource, name: str | None
    ) -> connections.Files | None:
        if name is None:
            return None
        found = self._find(source, name, (connections.Files,))
        return found if isinstance(found, connections.Files) else None

    def _find(
        self,
        source: collecting.DeclaredSource,
        name: str,
        kinds: tuple[type[connections.Connection], ...],
    ) -> connections.Connection | None:
        found = self._settings.connections.get(name)
        if isinstance(found, kinds):
            return found
        self.complaints.append(_complain(source, name, kinds, found))
        return None


def _kinds_for(
    source: collecting.DeclaredSource,
) -> tuple[type[connections.Connection], ...]:
    """Gives the kinds of connection that serve a source."""
    match source:
        case collecting.RedisSource():
            return (connections.Redis,)
        case collecting.StripeSource():
            return (connections.Stripe,)
        case collecting.CertificateSource():
            return (connections.TlsEndpoint, connections.Files)
        case (
            collecting.ContainerSource()
            | collecting.SurveySource(answers=collecting.CsvAnswers())
        ):
            return (connections.Files,)
        case events.EventSource():
            return _EVENT_INPUTS if source.stream is None else (connections.Redis,)
        case _:
            return _DATABASES


def _complain(
    source: collecting.DeclaredSource,
    name: str,
    kinds: tuple[type[connections.Connection], ...],
    found: connections.Connection | None,
) -> str:
    words = " or ".join(f"`{_WORDS[kind]}:`" for kind in kinds)
    other = "none" if found is None else f"one under `{_WORDS[type(found)]}:`"
    return (
        f"{source.span}: the source {source.name!r} expected a connection"
        f" {name!r} under {words} in the settings, found {other}"
    )
