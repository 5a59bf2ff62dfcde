"""What is to be collected: each declared source beside the connections it names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sightline import errors
from sightline.model import collecting, connections

__all__ = ["Planned", "plan"]

_DATABASES: Final = (connections.Postgres, connections.Sqlite)
_WORDS: Final[Mapping[type[connections.Connection], str]] = {
    connections.Postgres: "postgres",
    connections.Sqlite: "sqlite",
    connections.Redis: "redis",
    connections.Stripe: "stripe",
    connections.TlsEndpoint: "tls",
    connections.Files: "files",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A source and where it is read; two that are equal need no new start."""

    source: collecting.DeclaredSource
    connection: connections.Connection


def plan(
    collection: collecting.Collection, settings: connections.CollectorSettings
) -> Mapping[str, Planned]:
    """Gives what is read in the environment of the settings, by the source's name.

    Raises:
        InputError: connections are missing, or of another kind; it names them all.
    """
    planned: dict[str, Planned] = {}
    missing: list[str] = []
    for name, source in collection.within(settings.environment).sources.items():
        kinds = _kinds_for(source)
        found = settings.connections.get(source.connection)
        if isinstance(found, kinds):
            planned[name] = Planned(source=source, connection=found)
        else:
            missing.append(_complain(source, kinds, found))
    if missing:
        raise errors.InputError("\n".join(missing))
    return planned


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
        case collecting.SurveySource(answers=collecting.CsvAnswers()):
            return (connections.Files,)
        case _:
            return _DATABASES


def _complain(
    source: collecting.DeclaredSource,
    kinds: tuple[type[connections.Connection], ...],
    found: connections.Connection | None,
) -> str:
    words = " or ".join(f"`{_WORDS[kind]}:`" for kind in kinds)
    other = "none" if found is None else f"one under `{_WORDS[type(found)]}:`"
    return (
        f"{source.span}: the source {source.name!r} expected a connection"
        f" {source.connection!r} under {words} in the settings, found {other}"
    )
