"""What a page may call the metric that was looked for."""

import difflib
from collections.abc import Collection, Iterator
from typing import Final

__all__ = ["find_near", "find_other_unit"]

_UNITS: Final = {
    "seconds": (
        *("milliseconds", "millis", "ms", "msec", "microseconds", "us"),
        *("nanoseconds", "ns", "minutes"),
    ),
    "bytes": ("kilobytes", "kb", "kib", "megabytes", "mb", "mib", "bits"),
    "ratio": ("percent", "percentage", "pct"),
}
"""Base units, and what is exposed in their place.
https://prometheus.io/docs/practices/naming/#base-units"""

_PARTS: Final = ("_bucket", "_count", "_sum")
_ALIKE_BY_WORDS: Final = 0.7
_ALIKE_BY_LETTERS: Final = 0.85


def find_other_unit(metric: str, exposed: Collection[str]) -> tuple[str, str] | None:
    """Gives the same metric in another unit, and that unit: `x_ms` for `x_seconds`."""
    for base, others in _UNITS.items():
        for other in others if f"_{base}" in metric else ():
            for candidate in _with_parts(metric.replace(f"_{base}", f"_{other}")):
                if candidate in exposed:
                    return candidate, other
    return None


def find_near(metric: str, exposed: Collection[str]) -> str | None:
    """Gives the name that is most likely meant, if any is like it."""
    for candidate in _with_parts(metric.removesuffix("_total")):
        if candidate in exposed:
            return candidate
    likeness, best = max(
        ((_likeness(metric, one), one) for one in exposed), default=(0, "")
    )
    return best if likeness else None


def _with_parts(metric: str) -> Iterator[str]:
    yield metric
    for part in _PARTS:
        yield metric + part


def _likeness(metric: str, exposed: str) -> float:
    """Gives 0..1: by words for another order, by letters for typing mistakes."""
    for part in _PARTS:
        exposed = exposed.removesuffix(part)
    words, others = set(metric.split("_")), set(exposed.split("_"))
    by_words = len(words & others) / len(words | others)
    if by_words >= _ALIKE_BY_WORDS:
        return by_words
    matcher = difflib.SequenceMatcher(None, metric, exposed)
    if matcher.real_quick_ratio() < _ALIKE_BY_LETTERS:
        return 0.0
    by_letters = matcher.ratio()
    return by_letters if by_letters >= _ALIKE_BY_LETTERS else 0.0
