"""The functions of numbers and instant vectors, estimated element by element."""

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sightline.proofs import vectors

__all__ = ["CALENDAR", "NUMERIC", "Numeric", "label_join", "label_replace"]

Numeric = Callable[[float, Sequence[float]], float]


def _guarded(function: Callable[[float], float]) -> Numeric:
    def apply(amount: float, _: Sequence[float]) -> float:
        try:
            return float(function(amount))
        except (ValueError, OverflowError):
            return math.nan

    return apply


def _log(base: Callable[[float], float]) -> Numeric:
    def apply(amount: float, _: Sequence[float]) -> float:
        if amount > 0:
            return base(amount)
        return -math.inf if amount == 0 else math.nan

    return apply


def _round(amount: float, arguments: Sequence[float]) -> float:
    unit = arguments[0] if arguments else 1.0
    if not math.isfinite(amount) or not unit:
        return amount
    inverse = 1.0 / unit
    return math.floor(amount * inverse + 0.5) / inverse


NUMERIC: Final[Mapping[str, Numeric]] = {
    "abs": _guarded(abs),
    "acos": _guarded(math.acos),
    "acosh": _guarded(math.acosh),
    "asin": _guarded(math.asin),
    "asinh": _guarded(math.asinh),
    "atan": _guarded(math.atan),
    "atanh": _guarded(math.atanh),
    "ceil": _guarded(math.ceil),
    "clamp": lambda amount, bounds: max(bounds[0], min(bounds[1], amount)),
    "clamp_max": lambda amount, bounds: min(bounds[0], amount),
    "clamp_min": lambda amount, bounds: max(bounds[0], amount),
    "cos": _guarded(math.cos),
    "cosh": _guarded(math.cosh),
    "deg": _guarded(math.degrees),
    "exp": _guarded(math.exp),
    "floor": _guarded(math.floor),
    "ln": _log(math.log),
    "log10": _log(math.log10),
    "log2": _log(math.log2),
    "rad": _guarded(math.radians),
    "round": _round,
    "sgn": _guarded(lambda amount: (amount > 0) - (amount < 0)),
    "sin": _guarded(math.sin),
    "sinh": _guarded(math.sinh),
    "sqrt": _guarded(math.sqrt),
    "tan": _guarded(math.tan),
    "tanh": _guarded(math.tanh),
}
"""By name: what becomes of each element's number."""


def _days_in_month(moment: dt.datetime) -> int:
    following = (moment.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return (following - dt.timedelta(days=1)).day


CALENDAR: Final[Mapping[str, Callable[[dt.datetime], int]]] = {
    "day_of_month": lambda moment: moment.day,
    "day_of_week": lambda moment: moment.isoweekday() % 7,
    "day_of_year": lambda moment: moment.timetuple().tm_yday,
    "days_in_month": _days_in_month,
    "hour": lambda moment: moment.hour,
    "minute": lambda moment: moment.minute,
    "month": lambda moment: moment.month,
    "year": lambda moment: moment.year,
}
"""By name: what each function of the calendar reads off a moment in UTC."""


def label_replace(
    vector: vectors.Vector, target: str, replacement: str, source: str, pattern: str
) -> vectors.Vector:
    """Gives the elements with the label that `label_replace` makes."""
    try:
        wanted = re.compile(f"(?s:{pattern})")
    except re.error:
        return vector
    template = re.sub(r"\$\{?(\w+)\}?", r"\\g<\1>", replacement)
    found = []
    for element in vector:
        match = wanted.fullmatch(element.labels.get(source, ""))
        if match is None:
            found.append(element)
            continue
        text = match.expand(template)
        labels = {**vectors.without(element.labels, (target,))}
        found.append(
            element._replace(labels={**labels, target: text} if text else labels)
        )
    return found


def label_join(
    vector: vectors.Vector, target: str, separator: str, sources: Sequence[str]
) -> vectors.Vector:
    """Gives the elements with the label that `label_join` makes."""
    return [
        element._replace(
            labels={
                **element.labels,
                target: separator.join(element.labels.get(one, "") for one in sources),
            }
        )
        for element in vector
    ]
