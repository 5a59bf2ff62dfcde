"""The first line: Prometheus scrapes, evaluates, keeps and sends."""

from collections.abc import Iterable

from sightline import errors
from sightline.clients import prometheus
from sightline.model import units
from sightline.verify import (
    built,
    checks,
    expectations,
    gathering,
    replicas,
    storage_probe,
)

__all__ = ["probe"]


async def probe(
    server: prometheus.Prometheus,
    artifacts: built.Built,
    expected: expectations.Expectations,
    storage: prometheus.Prometheus | None = None,
) -> checks.Check:
    """Gives the line `Prometheus: healthy`.

    Args:
        server: the one that is asked, where there is a pair.
        artifacts: what it must run.
        expected: what it must scrape, and how many of its kind there must be.
        storage: where its samples are kept for long; `None` is nowhere.
    """
    try:
        await server.check_ready()
    except errors.ServerUnavailable as error:
        evidence: tuple[checks.Evidence, ...] = (checks.failed(str(error)),)
    else:
        evidence = await gathering.gather(
            _look_at_version(server),
            replicas.look_at_pair(
                server, expected.prometheus_count, expected.alertmanager_count
            ),
            _look_at_targets(server, expected.targets),
            _look_at_rules(server),
            _look_at_runtime(server, artifacts.longest_lookback),
            _look_at_alertmanagers(server),
            storage_probe.look_at_samples(server, storage),
        )
    return checks.Check(subject=checks.Subject.PROMETHEUS, evidence=evidence)


async def _look_at_version(server: prometheus.Prometheus) -> list[checks.Evidence]:
    build = await server.fetch_build()
    # Distributors add a suffix (`3.5.3+ds1`) that is no part of the version.
    version = build.version.partition("+")[0]
    return [checks.passed(f"version {version}", is_figure=True)]


async def _look_at_targets(
    server: prometheus.Prometheus, groups: Iterable[expectations.TargetGroup]
) -> list[checks.Evidence]:
    found = await server.fetch_targets()
    expected, up, missing = 0, 0, []
    for group in groups:
        members = [one for one in found if group.labels.items() <= one.labels.items()]
        healthy = sum(one.health == "up" for one in members)
        wanted = group.count or max(1, len(members))
        expected += wanted
        up += min(healthy, wanted)
        if healthy < wanted:
            missing.append(_describe(group, members, f"{healthy} of {wanted} up"))
    if missing:
        summary = f"{up} of {expected} targets up"
        return [checks.failed(f"{summary}: {gathering.list_some(missing)}")]
    return [checks.passed(f"{up} of {expected} targets up", is_figure=True)]


def _describe(
    group: expectations.TargetGroup,
    members: Iterable[prometheus.ActiveTarget],
    count: str,
) -> str:
    # Different targets have different messages for one cause; the first will do.
    problem = next((one.last_error for one in members if one.last_error), "")
    return f"{group.name} {count}" + (f" ({problem})" if problem else "")


async def _look_at_rules(server: prometheus.Prometheus) -> list[checks.Evidence]:
    rules = [rule for group in await server.fetch_rule_groups() for rule in group.rules]
    failing = [
        f"{rule.name} ({rule.last_error})" for rule in rules if rule.health == "err"
    ]
    if failing:
        count = f"{len(failing)} of {len(rules)} rules fail"
        return [checks.failed(f"{count}: {gathering.list_some(failing)}")]
    return [checks.passed(f"{len(rules)} rules evaluate without an error")]


async def _look_at_runtime(
    server: prometheus.Prometheus, longest: units.Duration
) -> list[checks.Evidence]:
    runtime = await server.fetch_runtime()
    return [_judge_reload(runtime), _judge_retention(runtime, longest)]


def _judge_reload(runtime: prometheus.Runtime) -> checks.Evidence:
    at = f"{runtime.last_config_time:%Y-%m-%d %H:%M:%S} UTC"
    if runtime.reload_config_success:
        return checks.passed(f"configuration loaded at {at}")
    return checks.failed(
        f"the last reload of the configuration failed; what runs was loaded at {at}"
    )


def _judge_retention(
    runtime: prometheus.Runtime, longest: units.Duration
) -> checks.Evidence:
    written = runtime.storage_retention
    try:
        retention = units.Duration.parse(written.partition(" ")[0])
    except ValueError:
        # A limit by size alone: how far back it reaches, nobody knows beforehand.
        return checks.not_checked(f"the retention {written!r} promises no time")
    if retention < longest:
        return checks.failed(
            f"retention {retention} is shorter than the longest window, {longest}"
        )
    return checks.passed(f"retention {retention} covers the longest window, {longest}")


async def _look_at_alertmanagers(
    server: prometheus.Prometheus,
) -> list[checks.Evidence]:
    found = await server.fetch_alertmanagers()
    if not found:
        return [checks.failed("no Alertmanager is known to it; alerts go nowhere")]
    return [checks.passed(f"sends to {gathering.count(len(found), 'Alertmanager')}")]
