"""Series that stand in for a whole estate: every one that the dashboards read."""

import itertools
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sightline.promql import ast, parsing, templating, walking
from support import shipped

__all__ = ["exposition"]

_MOST_SERIES: Final = 6
_BOUNDS: Final = ("0.05", "0.25", "1", "+Inf")
_USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "service": ("api-gateway", "billing-svc"),
    "slo": ("gateway-availability", "payment-availability"),
}
_OTHERWISE: Final = ("one", "two")
_WORD: Final = re.compile(r"[\w:/.-]+")

_Labels = dict[str, set[str]]


def exposition(
    dashboards: Iterable[Mapping[str, Any]], start: int, end: int, step: int
) -> str:
    """Gives OpenMetrics text with samples every `step` seconds."""
    lines: list[str] = []
    for name, labels in sorted(_find_metrics(dashboards).items()):
        lines.append(f"# TYPE {name} unknown")
        for place, series in enumerate(_spread(name, labels)):
            written = ",".join(f'{key}="{text}"' for key, text in series.items())
            lines += [
                f"{name}{{{written}}} {_sample(name, series, place, at - start)!r} {at}"
                for at in range(start, end + 1, step)
            ]
    return "\n".join([*lines, "# EOF", ""])


def _find_metrics(dashboards: Iterable[Mapping[str, Any]]) -> Mapping[str, _Labels]:
    found: dict[str, _Labels] = defaultdict(lambda: defaultdict(set))
    for dashboard in dashboards:
        names = {one["name"]: ".*" for one in dashboard["templating"]["list"]}
        for panel in shipped.panels(dashboard):
            for query in panel.get("targets", []):
                tree = parsing.parse(query["expr"], {**templating.GRAFANA, **names})
                shared = {*_shared_labels(tree), *_legend_labels(query)}
                for selector in walking.selectors(tree):
                    if selector.metric is not None:
                        _note(found[selector.metric], selector, shared)
        for variable in dashboard["templating"]["list"]:
            match = re.match(r"label_values\((.+), (\w+)\)", variable["query"])
            if match:
                found[match[1]][match[2]].update(())
    return found


def _shared_labels(tree: ast.Expression) -> Iterator[str]:
    for node in walking.walk(tree):
        match node:
            case ast.Aggregate(grouping=ast.Grouping(labels=labels, is_without=False)):
                yield from labels
            case ast.Binary(matching=ast.Matching(labels=labels, is_ignoring=False)):
                yield from labels
            case _:
                pass


def _legend_labels(query: Mapping[str, Any]) -> Iterator[str]:
    yield from re.findall(r"{{\s*(\w+)\s*}}", query.get("legendFormat", ""))


def _note(labels: _Labels, selector: ast.VectorSelector, shared: set[str]) -> None:
    for label in shared - {"__name__", "le"}:
        labels[label].update(())
    for matcher in selector.matchers:
        if matcher.label in {"__name__", "le"} or matcher.is_templated:
            continue
        if matcher.operator is ast.MatchOperator.EQUAL:
            labels[matcher.label].add(matcher.pattern)
        elif matcher.operator is ast.MatchOperator.REGEX:
            labels[matcher.label].update(_examples(matcher.pattern))


def _examples(pattern: str) -> Iterator[str]:
    for part in pattern.strip("()").split("|"):
        if _WORD.fullmatch(part) and "*" not in part:
            yield part.replace(".", "0")


def _spread(name: str, labels: _Labels) -> Iterator[dict[str, str]]:
    keys = sorted(labels)
    choices = [
        sorted({*labels[key], *_USUAL.get(key, () if labels[key] else _OTHERWISE)})
        for key in keys
    ]
    combined = itertools.islice(itertools.product(*choices), _MOST_SERIES)
    for values in combined:
        series = dict(zip(keys, values, strict=True))
        if name.endswith("_bucket"):
            yield from ({**series, "le": bound} for bound in _BOUNDS)
        else:
            yield series


def _sample(name: str, series: Mapping[str, str], place: int, seconds: int) -> float:
    """Gives a counter that grows, or a gauge that waves, alike in no two series."""
    if name.endswith("_bucket"):
        rank = _BOUNDS.index(series["le"]) + 1
        return float(seconds * rank * (1 + place // len(_BOUNDS)))
    if name.endswith(("_total", "_count", "_sum")):
        return seconds * (place + 1) / 4
    return round(0.5 + 0.4 * math.sin(seconds / 900 + place), 6)
