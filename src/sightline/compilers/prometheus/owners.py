"""Whom an alert speaks of, and who answers for it: the labels `service` and `team`."""

from collections.abc import Mapping
from dataclasses import dataclass

from sightline.compilers import readings
from sightline.model import monitoring, names, signals

__all__ = ["Subject", "find_subject"]

_PLATFORM = names.ServiceName("platform")
_SERVICE_LABEL = "{{ $labels.service }}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What an alert is about.

    Attributes:
        service: a name, or the template that reads it from the series.
        team: a name, or the template that chooses by the series' service.
        is_dynamic: whether the series, not the rule, carry the label `service`.
    """

    service: str
    team: str
    is_dynamic: bool


def find_subject(
    signal: signals.Signal,
    member: readings.Member | None,
    declared: monitoring.Monitoring,
) -> Subject:
    """Gives the subject of an alert on `signal`, made for `member` or for all."""
    if member is None and "service" in signal.result_labels:
        team = signal.team or _team_template(declared)
        return Subject(service=_SERVICE_LABEL, team=team, is_dynamic=True)
    name = signal.service or _PLATFORM
    if member is not None:
        name = names.ServiceName(readings.identify(member)["service"])
    owner = signal.team or _owners(declared).get(name)
    return Subject(
        service=name,
        team=owner or declared.organisation.default_team,
        is_dynamic=False,
    )


def _owners(declared: monitoring.Monitoring) -> Mapping[str, names.TeamName]:
    owners: dict[str, names.TeamName] = {}
    owners.update((probe.service, probe.team) for probe in declared.probes)
    owners.update((exporter.service, exporter.team) for exporter in declared.exporters)
    owners.update(
        (service.name, service.team) for service in declared.services.values()
    )
    return owners


def _team_template(declared: monitoring.Monitoring) -> str:
    """Gives a template that names the team of whichever service the series has."""
    default = declared.organisation.default_team
    owned: dict[str, list[str]] = {}
    for service, team in _owners(declared).items():
        if team != default:
            owned.setdefault(team, []).append(f'"{service}"')
    if not owned:
        return default
    branches = (
        f"if eq $labels.service {' '.join(members)} }}}}{team}"
        for team, members in owned.items()
    )
    return "{{ " + "{{ else ".join(branches) + "{{ else }}" + default + "{{ end }}"
