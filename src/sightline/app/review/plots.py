"""Charts of a review as SVG, drawn here: a page that is mailed can load nothing."""

import html
import math
from collections.abc import Iterator, Sequence
from typing import Final

from sightline.app.review import times
from sightline.review import reports

__all__ = ["draw", "spark"]

_WIDTH, _HEIGHT = 900.0, 240.0
_LEFT, _BOTTOM, _TOP = 60.0, 24.0, 28.0
_COLOURS: Final = ("#2563eb", "#d97706", "#059669", "#dc2626", "#7c3aed", "#0891b2")
_DASHES: Final = ("", "6 3", "2 3", "8 3 2 3", "1 3", "10 4")
"""Lines also differ by their dashes: paper has no colours, and not all eyes do."""

_Point = tuple[float, float | None]


def draw(chart: reports.Chart, time_zone: str) -> str:
    """Gives the chart as an `<svg>` element; one without numbers says so."""
    points = [point for curve in chart.curves for point in curve.points]
    numbers = [number for _, number in points if number is not None]
    if not numbers:
        return "<p>no numbers</p>"
    scale = _Scale(points, numbers)
    curves = "".join(
        part
        for index, curve in enumerate(chart.curves)
        for part in _curve(scale, curve, index)
    )
    title = html.escape(chart.title)
    return (
        f'<svg viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}" role="img">'
        f"<title>{title}</title>{''.join(_axes(scale, time_zone))}{curves}</svg>"
    )


def spark(numbers: Sequence[float | None]) -> str:
    """Gives a few numbers as a small `<svg>` line without axes."""
    points = [(float(at), number) for at, number in enumerate(numbers)]
    known = [number for number in numbers if number is not None]
    low, high = min(0.0, *known), max(known)
    across, up = 92 / max(len(points) - 1, 1), 16 / ((high - low) or 1.0)
    places = " ".join(
        f"{4 + across * at:.1f},{18 - up * (one - low):.1f}"
        for at, one in points
        if one is not None
    )
    return (
        '<svg class="spark" viewBox="0 0 100 20" aria-hidden="true">'
        f'<polyline points="{places}" fill="none" stroke="currentColor" '
        'stroke-width="1.5"/></svg>'
    )


class _Scale:
    """From times and numbers to places on the page."""

    def __init__(self, points: Sequence[_Point], numbers: Sequence[float]) -> None:
        self.first = min(time for time, _ in points)
        self.last = max(time for time, _ in points)
        self.low = min(0.0, *numbers)
        self.high = max(numbers) if max(numbers) > self.low else self.low + 1

    def x(self, time: float) -> float:
        share = (time - self.first) / max(self.last - self.first, 1)
        return _LEFT + share * (_WIDTH - _LEFT)

    def y(self, number: float) -> float:
        share = (number - self.low) / (self.high - self.low)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _BOTTOM - _TOP)


def _axes(scale: _Scale, time_zone: str) -> Iterator[str]:
    for number in (scale.low, (scale.low + scale.high) / 2, scale.high):
        y = scale.y(number)
        yield (
            f'<line x1="{_LEFT}" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}" '
            'stroke="#8884"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" font-size="11" '
            f'fill="currentColor">{number:.3g}</text>'
        )
    ends = ((scale.first, "start"), (scale.last, "end"))
    for time, anchor in ends:
        yield (
            f'<text x="{scale.x(time):.1f}" y="{_HEIGHT - 6}" text-anchor="{anchor}" '
            f'font-size="11" fill="currentColor">'
            f"{times.write(time, time_zone)}</text>"
        )


def _curve(scale: _Scale, curve: reports.Curve, index: int) -> Iterator[str]:
    colour = _COLOURS[index % len(_COLOURS)]
    dashes = _DASHES[index % len(_DASHES)]
    for stretch in _stretches(curve.points):
        places = " ".join(
            f"{scale.x(time):.1f},{scale.y(number):.1f}" for time, number in stretch
        )
        yield (
            f'<polyline points="{places}" fill="none" stroke="{colour}" '
            f'stroke-width="1.5" stroke-dasharray="{dashes}"/>'
        )
    yield (
        f'<text x="{_LEFT + 8 + 160 * index}" y="12" font-size="11" '
        f'fill="{colour}">{html.escape(curve.label)}</text>'
    )


def _stretches(points: Sequence[_Point]) -> Iterator[list[tuple[float, float]]]:
    """Gives the points between gaps."""
    stretch: list[tuple[float, float]] = []
    for time, number in points:
        if number is None or not math.isfinite(number):
            if stretch:
                yield stretch
            stretch = []
        else:
            stretch.append((time, number))
    if stretch:
        yield stretch
