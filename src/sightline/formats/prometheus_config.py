"""Prometheus' configuration file: what decides how rules and queries behave."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sightline.formats import fields, nodes, reporting, texts
from sightline.model import spans, units

__all__ = ["DEFAULT_INTERVAL", "PrometheusConfig", "ScrapeJob", "read"]

DEFAULT_INTERVAL: Final = units.Duration.parse("1m")
"""Of scrapes and of evaluations, where the file names none.

https://prometheus.io/docs/prometheus/latest/configuration/configuration/
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScrapeJob:
    """One scrape job.

    Attributes:
        interval: `None` where the global scrape interval holds.
        label_names: labels that its targets are given in this file.
    """

    name: texts.Text
    interval: texts.Placed[units.Duration] | None
    label_names: frozenset[str]
    span: spans.Span


@dataclass(frozen=True, slots=True, kw_only=True)
class PrometheusConfig:
    """One server's configuration.

    Attributes:
        scrape_interval, evaluation_interval: `None` where the default holds.
        retention: `None` where a flag of the server decides.
        rule_files: patterns, relative to the file.
        writes_remotely: samples go on to another engine with a retention of its own.
    """

    file: str
    scrape_interval: texts.Placed[units.Duration] | None
    evaluation_interval: texts.Placed[units.Duration] | None
    retention: texts.Placed[units.Duration] | None
    external_labels: Mapping[str, texts.Text]
    rule_files: tuple[texts.Text, ...]
    scrape_jobs: tuple[ScrapeJob, ...]
    writes_remotely: bool
    source: texts.Source
    node: nodes.Node
    span: spans.Span

    @property
    def evaluation(self) -> units.Duration:
        """The time between two evaluations of a rule group without an interval."""
        placed = self.evaluation_interval
        return DEFAULT_INTERVAL if placed is None else placed.content

    def scraping(self, job: ScrapeJob | None = None) -> units.Duration:
        """Gives the time between two scrapes of a job; of one that names none."""
        placed = job.interval if job and job.interval else self.scrape_interval
        return DEFAULT_INTERVAL if placed is None else placed.content


def read(
    node: nodes.Node, source: texts.Source, reporter: reporting.Reporter
) -> PrometheusConfig:
    """Gives what a configuration says; keys that decide nothing here are passed by."""
    top = fields.Fields(node, source, reporter, what="Prometheus' configuration")
    everywhere = top.inner("global", what="`global`")
    return PrometheusConfig(
        file=source.file,
        scrape_interval=everywhere.duration("scrape_interval") if everywhere else None,
        evaluation_interval=(
            everywhere.duration("evaluation_interval") if everywhere else None
        ),
        retention=_retention(top),
        external_labels=everywhere.named_texts("external_labels") if everywhere else {},
        rule_files=top.list_of_texts("rule_files"),
        scrape_jobs=tuple(
            job
            for entry in top.each("scrape_configs", what="a scrape job")
            if (job := _read_job(entry)) is not None
        ),
        writes_remotely=bool(top.items("remote_write")),
        source=source,
        node=node,
        span=node.span,
    )


def _retention(top: fields.Fields) -> texts.Placed[units.Duration] | None:
    for key in ("storage", "tsdb", "retention"):
        inner = top.inner(key, what=f"`{key}`")
        if inner is None:
            return None
        top = inner
    return top.duration("time")


def _read_job(entry: fields.Fields) -> ScrapeJob | None:
    name = entry.require("job_name")
    interval = entry.duration("scrape_interval")
    labels: set[str] = set()
    for static in entry.each("static_configs", what="static targets"):
        labels |= set(static.named_texts("labels"))
    for relabelling in entry.each("relabel_configs", what="a relabelling"):
        if target := relabelling.text("target_label"):
            labels.add(target.text)
    if name is None:
        return None
    return ScrapeJob(
        name=name, interval=interval, label_names=frozenset(labels), span=entry.span
    )
