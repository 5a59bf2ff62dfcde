"""What a panel should show, computed from Prometheus without the viewer."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx

__all__ = ["Plan", "Reference", "Row", "plan_of", "reduce"]

_ROUND: Final = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600)
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400}

Row = tuple[frozenset[tuple[str, str]], str, tuple[tuple[float, float | None], ...]]
"""A series: its labels, its query's letter, and its samples; `None` is no number."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A panel's times, in Unix seconds."""

    start: float
    end: float
    at: float
    step: float
    range_seconds: float
    rate_interval: float


def plan_of(
    panel: Mapping[str, Any], start: int, end: int, pixels: int, scrape: float
) -> Plan:
    """Gives the times that Grafana would ask for: two pixels for a point."""
    asked = [panel.get("interval"), *(t.get("interval") for t in panel["targets"])]
    least = max(scrape, *(_parse(text) for text in asked))
    points = panel.get("maxDataPoints") or pixels / 2
    raw = max(least, (end - start) / points)
    step = least if raw == least else max(least, min(s for s in _ROUND if s >= raw))
    return Plan(
        start=start // step * step,
        end=end // step * step,
        at=end,
        step=step,
        range_seconds=end - start,
        rate_interval=max(4 * scrape, step + scrape),
    )


def _parse(text: str | None) -> float:
    match = re.fullmatch(r">?(\d+)([smhd])", text or "")
    return int(match[1]) * _SECONDS[match[2]] if match else 0


class Reference:
    """Asks Prometheus what each query of a panel gives."""

    def __init__(self, url: str, everything: Mapping[str, str]) -> None:
        self._client = httpx.Client(base_url=f"{url}/api/v1", trust_env=False)
        self._everything = everything

    def series_of(self, panel: Mapping[str, Any], plan: Plan) -> list[Row]:
        """Gives the series of all of a panel's queries."""
        return [
            row
            for query in panel["targets"]
            if not query.get("hide")
            for row in self._ask(query, plan)
        ]

    def _ask(self, query: Mapping[str, Any], plan: Plan) -> list[Row]:
        text = self._fill(query["expr"], plan)
        if query.get("instant") and not query.get("range"):
            form = {"query": text, "time": str(plan.at)}
            answer = self._client.post("/query", data=form).json()
        else:
            times = {"start": plan.start, "end": plan.end, "step": plan.step}
            form = {"query": text, **{key: str(one) for key, one in times.items()}}
            answer = self._client.post("/query_range", data=form).json()
        assert answer["status"] == "success", answer
        result = answer["data"]["result"]
        if answer["data"]["resultType"] == "scalar":
            result = [{"metric": {}, "value": result}]
        return [_row(one, query["refId"]) for one in result]

    def _fill(self, text: str, plan: Plan) -> str:
        known = {
            "__interval": f"{plan.step:g}s",
            "__rate_interval": f"{plan.rate_interval:g}s",
            "__range": f"{plan.range_seconds:g}s",
            "__range_s": f"{plan.range_seconds:g}",
            **self._everything,
        }
        return re.sub(
            r"\$\{?(\w+)\}?", lambda match: known.get(match[1], match[0]), text
        )

    def close(self) -> None:
        """Ends the connections."""
        self._client.close()


def _row(element: Mapping[str, Any], letter: str) -> Row:
    points = element.get("values") or [element["value"]]
    samples = tuple((float(at), _number(text)) for at, text in points)
    return frozenset(element["metric"].items()), letter, samples


def _number(text: str) -> float | None:
    number = float(text)
    return None if math.isnan(number) else number


def reduce(row: Row, reducer: str) -> float | None:
    """Gives the one number that a panel shows of a series."""
    numbers = [number for _, number in row[2] if number is not None]
    return _REDUCERS[reducer](numbers) if numbers else None


_REDUCERS: Mapping[str, Callable[[Sequence[float]], float]] = {
    "lastNotNull": lambda numbers: numbers[-1],
    "mean": lambda numbers: sum(numbers) / len(numbers),
    "max": max,
    "min": min,
    "sum": sum,
}
