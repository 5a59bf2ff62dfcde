"""Which rules are replayed, and where their history is."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sightline import errors
from sightline.app import build, live
from sightline.formats import estates, texts
from sightline.model import artifacts, environments, findings, monitoring
from sightline.review.backtest import chains, replaying, rules
from sightline.spec import loading

__all__ = ["Inputs", "of_environment", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Rules, and the address of the server that has their history.

    Attributes:
        not_checked: what of the files was not understood, and why.
        declared: the spec that the rules were compiled from; `None` for files.
        sources: the texts of those files; none where there is a spec.
    """

    url: str
    alerts: tuple[replaying.Alert, ...]
    recordings: chains.Recordings
    not_checked: tuple[findings.NotChecked, ...]
    declared: monitoring.Monitoring | None = None
    sources: tuple[texts.Source, ...] = ()


def read(
    root: Path,
    paths: Sequence[Path],
    url: str | None,
    environment: str | None,
    alert: str | None,
) -> Inputs:
    """Gives what is to be replayed.

    Args:
        root: of the project.
        paths: files and folders with rules; none means the spec's own.
        url: of the server; `None` means the environment's.
        environment: by name; the local stack when it is `None` and the spec has one.
        alert: only the rules of this name; `None` means all.

    Raises:
        SpecInvalid: the spec is needed and has findings.
        InputError: there are no such files, environment or alerts.
    """
    # Somebody's own files on somebody's own server need no spec at all.
    chosen = None if url and paths else _choose(root, environment)
    declared = None if chosen is None or paths else loading.require(root)
    estate = (
        estates.read(paths, root)
        if declared is None or chosen is None
        else estates.read_texts(_built(declared, chosen))
    )
    found = rules.read(estate)
    alerts = tuple(one for one in found.alerts if alert in {None, one.name})
    if not alerts:
        where = ", ".join(map(str, paths)) or "the spec"
        raise errors.InputError(_nothing_to_replay(where, alert, found, estate))
    return Inputs(
        url=url or (chosen.prometheus_url if chosen else ""),
        alerts=alerts,
        recordings=found.recordings,
        not_checked=(*found.unread, *estate.not_checked),
        declared=declared,
        sources=() if declared else estate.sources,
    )


def _choose(root: Path, name: str | None) -> environments.Environment:
    environment = live.choose(loading.require(root), name)
    if environment.name == live.LOCAL:
        return live.at_ports(environment, live.running_ports(root))
    return environment


def of_environment(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> Inputs:
    """Gives all rules of a spec, and the server of an environment."""
    estate = estates.read_texts(_built(declared, environment))
    found = rules.read(estate)
    return Inputs(
        url=environment.prometheus_url,
        alerts=found.alerts,
        recordings=found.recordings,
        not_checked=(*found.unread, *estate.not_checked),
        declared=declared,
    )


def _built(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> list[tuple[str, str]]:
    return [
        (built.path.as_posix(), built.text)
        for built in build.build(declared, environment)
        if _is_for_prometheus(built)
    ]


def _is_for_prometheus(built: artifacts.Artifact) -> bool:
    return built.path.parts[0] == "prometheus" and built.path.suffix == ".yml"


def _nothing_to_replay(
    where: str, alert: str | None, found: rules.Rules, estate: estates.Estate
) -> str:
    if alert is not None and found.alerts:
        known = ", ".join(sorted({one.name for one in found.alerts}))
        return f"expected one of the alerts in {where}, found {alert!r}: {known}"
    reasons = [f"\n{one}" for one in estate.found]
    reasons += [f"\n{one.subject}: {one.reason}" for one in found.unread]
    return f"expected alerting rules in {where}, found none{''.join(reasons)}"
