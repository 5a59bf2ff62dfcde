"""What a spec says of a company besides its signals: services, sources, places."""

import functools
import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sightline.app.importing import materials, naming, signals
from sightline.compilers import documents
from sightline.model import units

__all__ = ["Surroundings", "survey"]

Sections = dict[str, documents.Document]
_TEAM: Final = "platform"
_WATCHMAN: Final = "prometheus"
_RETENTION: Final = re.compile(r"\d+(?:ms|[smhdwy])")
_USUAL_RETENTION: Final = "15d"
"""https://prometheus.io/docs/prometheus/latest/storage/#operational-aspects"""
_USUAL_INTERVAL: Final = "1m"
"""https://prometheus.io/docs/prometheus/latest/configuration/configuration/"""
_PROBE_PATH: Final = "/probe"
_LATER: Final = "https://{}.example.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Sections of the spec by their file, who alerts belong to, and what is lost."""

    files: Mapping[str, Sections]
    owners: signals.Owners
    left: tuple[materials.Leftover, ...]


def survey(material: materials.Material) -> Surroundings:
    """Gives all sections that are no signals and no dashboards."""
    server = material.server
    targets = server.targets if server else ()
    left: list[materials.Leftover] = []
    running = _services(targets)
    exporters, by_job = _exporters(targets, running, left)
    if not running:
        running = {"example": 1}
        left.append(
            materials.Leftover(
                subject="services",
                reason="no target has a label `service`: name yours in services.yaml",
            )
        )
    named = {rule.labels.get("team", "") for rule in material.rules}
    teams = sorted(filter(naming.WORD.fullmatch, named))
    files: dict[str, Sections] = {
        "organisation.yaml": {"organisation": _organisation(material, teams)},
        "environments.yaml": {
            "environments": {"production": _environment(material, targets, left)}
        },
        "services.yaml": {
            "services": {
                name: {
                    "title": naming.title(name),
                    "team": _TEAM,
                    "expected_replicas": count,
                }
                for name, count in running.items()
            }
        },
        "sources.yaml": {"exporters": exporters},
    }
    known = frozenset({*running, *by_job.values(), _WATCHMAN})
    owners = signals.Owners(
        services=known,
        teams=frozenset(teams),
        by_job=by_job,
        otherwise=_WATCHMAN,
    )
    return Surroundings(files=files, owners=owners, left=tuple(left))


def _services(targets: tuple[materials.Target, ...]) -> dict[str, int]:
    """Gives services with their instances: several of them in one scrape job."""
    by_job: dict[str, Counter[str]] = {}
    for target in targets:
        if target.service and target.path != _PROBE_PATH:
            by_job.setdefault(target.job, Counter())[target.service] += 1
    found: Counter[str] = Counter()
    for counts in by_job.values():
        if len(counts) > 1:
            found.update(counts)
    return {naming.slug(name): count for name, count in sorted(found.items())}


def _exporters(
    targets: tuple[materials.Target, ...],
    running: Mapping[str, int],
    left: list[materials.Leftover],
) -> tuple[dict[str, documents.Document], dict[str, str]]:
    """Gives the scrape jobs that are no services, and the service of each job."""
    written: dict[str, documents.Document] = {}
    by_job: dict[str, str] = {}
    for job in sorted({target.job for target in targets}):
        own = [target for target in targets if target.job == job]
        label = Counter(one.service or naming.slug(job) for one in own).most_common(1)
        service = label[0][0]
        by_job[job] = service
        if all(one.service and naming.slug(one.service) in running for one in own):
            continue
        if own[0].path == _PROBE_PATH:
            left.append(
                materials.Leftover(
                    subject=f"scrape job {job}",
                    reason="declare what it probes as `probes` in sources.yaml",
                )
            )
            continue
        if (name := naming.slug(job)) != job:
            left.append(
                materials.Leftover(
                    subject=f"scrape job {job}",
                    reason=f"it is called {name}: rules that select job={job!r} differ",
                )
            )
        entry: dict[str, documents.Document] = {"service": service, "team": _TEAM}
        if own[0].path != "/metrics":
            entry["metrics_path"] = own[0].path
        written[name] = entry
    written.setdefault(_WATCHMAN, {"service": _WATCHMAN, "team": _TEAM})
    return written, by_job


def _organisation(
    material: materials.Material, teams: list[str]
) -> dict[str, documents.Document]:
    grafana = material.grafana_url or _LATER.format("grafana")
    return {
        "name": "Imported",
        "namespace": "imported",
        "default_team": _TEAM,
        "teams": list(dict.fromkeys([_TEAM, *teams])),
        "oncall_email": "oncall@example.com",
        "runbook_base_url": "https://docs.example.com/runbooks",
        "dashboard_base_url": f"{grafana}/d",
    }


def _environment(
    material: materials.Material,
    targets: tuple[materials.Target, ...],
    left: list[materials.Leftover],
) -> dict[str, documents.Document]:
    server = material.server
    retention = _RETENTION.match(server.retention) if server else None
    scraped = Counter(one.scrape_interval for one in targets if one.scrape_interval)
    written: dict[str, documents.Document] = {
        "prometheus_url": server.url if server else _LATER.format("prometheus"),
        "alertmanager_url": (server.alertmanager_url if server else None)
        or _LATER.format("alertmanager"),
        "grafana_url": material.grafana_url or _LATER.format("grafana"),
        "pagerduty_url": "https://events.pagerduty.com/v2/enqueue",
        "smtp": {"smarthost": "smtp.example.com:587", "from": "monitoring@example.com"},
        "scrape_interval": scraped.most_common(1)[0][0] if scraped else _USUAL_INTERVAL,
        "evaluation_interval": _evaluation_interval(material, left),
        "retention": retention[0] if retention else _USUAL_RETENTION,
    }
    return written


def _evaluation_interval(
    material: materials.Material, left: list[materials.Leftover]
) -> str:
    """Gives the shortest interval of the groups, or what divides every `for`."""
    intervals = material.server.evaluation_intervals if material.server else ()
    given = units.Duration.parse(_USUAL_INTERVAL)
    if intervals:
        given = units.Duration.of_seconds(min(intervals))
    waits = [rule.for_.milliseconds for rule in material.rules if rule.is_alert]
    common = functools.reduce(math.gcd, waits, given.milliseconds)
    if common != given.milliseconds:
        left.append(
            materials.Leftover(
                subject="evaluation interval",
                reason=f"{given} does not divide every `for`, so it is"
                f" {units.Duration(common)}",
            )
        )
    return str(units.Duration(common))
