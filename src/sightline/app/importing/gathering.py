"""Finds what there is to import: on servers, and in files."""

import asyncio
import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib import parse

import httpx

from sightline.app.importing import materials
from sightline.clients import grafana, prometheus
from sightline.formats import estates, plain_yaml, rule_files, texts
from sightline.model import units

__all__ = ["Request", "gather"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is imported.

    Attributes:
        paths: rule files and dashboards, or folders of them.
        prometheus_url: a live server; its rules are only asked for where no path has
            any, because files say what was written.
        grafana_url: whose dashboards are read.
        grafana_login: how Grafana is asked; without it as anybody.
    """

    paths: tuple[Path, ...] = ()
    prometheus_url: str | None = None
    grafana_url: str | None = None
    grafana_login: grafana.Credentials | None = None


async def gather(request: Request, client: httpx.AsyncClient) -> materials.Material:
    """Gives everything that was found.

    Raises:
        InputError: a path does not exist.
        ServerUnavailable: a server that was named does not answer.
    """
    material = _read_files(request.paths)
    if request.prometheus_url is not None:
        server = prometheus.Prometheus(client, request.prometheus_url)
        groups = await server.fetch_rule_groups()
        known = await _observe(server, request.prometheus_url, groups)
        rules = material.rules or tuple(_evaluated(groups))
        material = dataclasses.replace(material, server=known, rules=rules)
    if request.grafana_url is not None:
        boards = await _fetch_boards(request, client)
        material = dataclasses.replace(
            material,
            boards=(*material.boards, *boards),
            grafana_url=request.grafana_url.rstrip("/"),
        )
    return material


async def _observe(
    server: prometheus.Prometheus, url: str, groups: Sequence[prometheus.RuleGroup]
) -> materials.Server:
    runtime = await server.fetch_runtime()
    targets = await server.fetch_targets()
    alertmanagers = await server.fetch_alertmanagers()
    first = parse.urlsplit(alertmanagers[0].url) if alertmanagers else None
    return materials.Server(
        url=url.rstrip("/"),
        retention=runtime.storage_retention,
        targets=tuple(
            materials.Target(
                job=one.labels.get("job", one.scrape_pool),
                service=one.labels.get("service"),
                path=parse.urlsplit(one.scrape_url).path,
                scrape_interval=one.scrape_interval,
            )
            for one in targets
        ),
        alertmanager_url=f"{first.scheme}://{first.netloc}" if first else None,
        evaluation_intervals=tuple(group.interval for group in groups),
    )


def _evaluated(groups: Iterable[prometheus.RuleGroup]) -> Iterator[materials.Rule]:
    for group in groups:
        place = f"{group.file}: {group.name}"
        for rule in group.rules:
            found = materials.Rule(
                name=rule.name,
                is_alert=False,
                expr=rule.query,
                labels=rule.labels,
                group=group.name,
                place=place,
            )
            if isinstance(rule, prometheus.AlertingRule):
                found = dataclasses.replace(
                    found,
                    is_alert=True,
                    annotations=rule.annotations,
                    for_=units.Duration.of_seconds(rule.duration),
                    keep_firing_for=units.Duration.of_seconds(rule.keep_firing_for)
                    if rule.keep_firing_for
                    else None,
                )
            yield found


async def _fetch_boards(
    request: Request, client: httpx.AsyncClient
) -> tuple[materials.Board, ...]:
    assert request.grafana_url is not None  # noqa: S101 - asked for by who calls
    reader = grafana.Grafana(
        grafana.Connection(client, request.grafana_url, request.grafana_login)
    )
    uids = sorted(await reader.fetch_uids())
    served = await asyncio.gather(*map(reader.fetch_dashboard, uids))
    return tuple(
        materials.Board(document=document, place=f"Grafana: {uid}")
        for uid, document in zip(uids, served, strict=True)
    )


def _read_files(paths: Sequence[Path]) -> materials.Material:
    if not paths:
        return _material((), (), ())
    estate = estates.read(paths, Path.cwd())
    left = [
        materials.Leftover(subject=f"{one.span}", reason=one.message)
        for one in estate.found
    ]
    left += [
        materials.Leftover(subject=one.subject, reason=one.reason)
        for one in estate.not_checked
    ]
    left += [
        materials.Leftover(
            subject=one.file,
            reason="routes and receivers are decided by priority: see routing.yaml",
        )
        for one in estate.alertmanagers
    ]
    by_file = {source.file: source.text for source in estate.sources}
    boards = [
        materials.Board(document=document, place=file)
        for file in dict.fromkeys(board.file for board in estate.dashboards)
        for document in _find_boards(plain_yaml.read(by_file[file]))
    ]
    return _material(tuple(_written(estate.rule_files)), tuple(boards), tuple(left))


def _find_boards(document: object) -> Iterator[Mapping[str, object]]:
    """Gives a file's dashboards: itself, or those that its ConfigMaps hold."""
    match document:
        case {"items": [*held]}:
            for one in held:
                yield from _find_boards(one)
        case {"kind": "ConfigMap", "data": dict(texts_by_key)}:
            for key, text in texts_by_key.items():
                if str(key).endswith(".json"):
                    yield from _find_boards(json.loads(text))
        case dict():
            yield document
        case _:
            pass  # no dashboard


def _material(
    rules: tuple[materials.Rule, ...],
    boards: tuple[materials.Board, ...],
    left: tuple[materials.Leftover, ...],
) -> materials.Material:
    return materials.Material(
        rules=rules, boards=boards, server=None, grafana_url=None, left=left
    )


def _written(files: Iterable[rule_files.RuleFile]) -> Iterator[materials.Rule]:
    for file in files:
        for group in file.groups:
            for rule in group.rules:
                yield _rule(rule, group)


def _rule(rule: rule_files.Rule, group: rule_files.RuleGroup) -> materials.Rule:
    labels = _plain({**group.labels, **rule.labels})
    place = str(rule.span)
    if isinstance(rule, rule_files.RecordingRule):
        return materials.Rule(
            name=rule.record.text,
            is_alert=False,
            expr=rule.expr.text,
            labels=labels,
            group=group.name.text,
            place=place,
        )
    lasting = rule.keep_firing_for
    return materials.Rule(
        name=rule.alert.text,
        is_alert=True,
        expr=rule.expr.text,
        labels=labels,
        annotations=_plain(rule.annotations),
        for_=rule.for_.content if rule.for_ else materials.AT_ONCE,
        keep_firing_for=lasting.content if lasting else None,
        group=group.name.text,
        place=place,
    )


def _plain(placed: Mapping[str, texts.Text]) -> Mapping[str, str]:
    return {name: text.text for name, text in placed.items()}
