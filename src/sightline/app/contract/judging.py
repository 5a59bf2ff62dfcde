"""What a page lacks of what is read of it: findings, each with its line."""

from collections.abc import Collection, Iterable, Iterator
from typing import Final

from sightline.app.contract import absence, needs, presence
from sightline.formats import expositions
from sightline.model import findings, spans

__all__ = ["judge"]

_PARTS: Final = ("_bucket", "_count", "_sum")


def judge(
    wanted: Iterable[needs.Need], page: expositions.Exposition, url: str
) -> Iterator[findings.Finding]:
    """Gives what is wrong with a page and what it lacks, by metric.

    Args:
        wanted: see `needs.find_needs`.
        page: read with the metrics of `wanted`.
        url: of the page; findings are about its lines.
    """
    yield from _unreadable(page, url)
    by_metric: dict[str, list[needs.Need]] = {}
    for need in wanted:
        by_metric.setdefault(need.selected.metric, []).append(need)
    missing: dict[str, list[needs.Need]] = {}
    for metric, read in sorted(by_metric.items()):
        if metric in page.samples:
            yield from presence.judge(metric, tuple(read), page, url)
        else:
            missing.setdefault(_family(metric, by_metric), []).extend(read)
    for family, read in sorted(missing.items()):
        yield from absence.judge(family, tuple(read), page, url, by_metric)


def _unreadable(page: expositions.Exposition, url: str) -> Iterator[findings.Finding]:
    for problem in page.problems:
        yield findings.Finding(
            check="contract/unreadable",
            severity=findings.FindingSeverity.ERROR,
            span=spans.Span(file=url, line=problem.line),
            message=problem.message,
            hint="Prometheus throws away the whole scrape because of it",
        )


def _family(metric: str, read: Collection[str]) -> str:
    """Gives the histogram that a metric is a part of, or the metric itself."""
    for suffix in _PARTS:
        family = metric.removesuffix(suffix)
        if family != metric and f"{family}_bucket" in read:
            return family
    return metric
