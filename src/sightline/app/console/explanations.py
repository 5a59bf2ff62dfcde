"""Why an alert fires: its expression taken apart to operands, each with its number."""

import asyncio
import datetime as dt
import enum
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Protocol

from sightline import errors
from sightline.clients import prometheus
from sightline.promql import ast, parsing

__all__ = ["Kind", "Operand", "Reading", "Server", "explain", "take_apart"]

_DEEPEST: Final = 8
_MOST_READINGS: Final = 5
_NOT_OF_THE_SERIES: Final = frozenset({"__name__", "alertname", "alertstate"})


class Kind(enum.Enum):
    """What an operand does for the whole."""

    CONNECTIVE = "connective"
    COMPARISON = "comparison"
    ARITHMETIC = "arithmetic"
    RECORDED = "recorded"
    LIMIT = "limit"
    MEASURE = "measure"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an operand is now, for one series; `number` is `None` when not finite."""

    labels: Mapping[str, str]
    number: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operand:
    """A part of an expression.

    Attributes:
        text: the part as it is written.
        sign: the operator, of connectives, comparisons and arithmetic.
        parts: what it is made of; a recorded series is made of its rule's expression.
        readings: its present results, those of the alert alone where one was given.
        count: of results, also of those that `readings` leaves out.
        holds: of connectives and comparisons, whether there is a result.
        problem: why it could not be read.
    """

    kind: Kind
    text: str
    sign: str = ""
    parts: tuple["Operand", ...] = ()
    readings: tuple[Reading, ...] = ()
    count: int = 0
    holds: bool | None = None
    problem: str = ""


class Server(Protocol):
    """Answers instant queries."""

    async def query(
        self, expr: str, at: dt.datetime | None = None
    ) -> tuple[prometheus.Sample, ...]:
        """Gives the result of an instant query."""
        ...


def take_apart(
    text: str, recorded: Mapping[str, str], depth: int = _DEEPEST
) -> Operand:
    """Gives the operands of an expression, without readings.

    Args:
        text: PromQL.
        recorded: the expressions of recording rules by the names that they record.
        depth: how often what is recorded, or nested, is looked into.

    Raises:
        InputError: when `text` cannot be parsed.
    """
    try:
        tree = parsing.parse(text)
    except (parsing.InvalidExpression, parsing.NotAnalysed) as error:
        raise errors.InputError(f"the expression cannot be read: {error}") from error
    return _divide(tree, text, recorded, depth)


def _divide(
    node: ast.Expression, text: str, recorded: Mapping[str, str], depth: int
) -> Operand:
    written = text[node.span.start : node.span.end]
    match node:
        case ast.Parenthesis():
            return _divide(node.operand, text, recorded, depth)
        case ast.Number() | ast.Unary(operand=ast.Number()):
            return Operand(kind=Kind.LIMIT, text=written)
        case ast.Binary() if depth > 0:
            parts = tuple(
                _divide(side, text, recorded, depth - 1)
                for side in (node.left, node.right)
            )
            sign = text[node.operator_span.start : node.operator_span.end]
            return Operand(
                kind=_kind_of(node),
                text=written,
                sign=sign or node.operator,
                parts=parts,
            )
        case ast.VectorSelector(metric=str(name)) if name in recorded and depth > 0:
            below = take_apart(recorded[name], recorded, depth - 1)
            return Operand(kind=Kind.RECORDED, text=written, parts=(below,))
        case _:
            return Operand(kind=Kind.MEASURE, text=written)


def _kind_of(node: ast.Binary) -> Kind:
    if node.operator in ast.SET_OPERATORS:
        return Kind.CONNECTIVE
    if node.operator in ast.COMPARISONS:
        return Kind.COMPARISON
    return Kind.ARITHMETIC


async def explain(
    server: Server,
    operand: Operand,
    labels: Mapping[str, str],
    at: dt.datetime | None = None,
) -> Operand:
    """Gives the same operands with what each of them is.

    Args:
        server: answers for each operand.
        operand: as `take_apart` gives it.
        labels: of one alert instance: only results that agree with it are kept, where
            any do. Without labels, the largest results of all.
        at: for which time; now when it is `None`.
    """
    if operand.kind is Kind.LIMIT:
        return operand
    parts = await asyncio.gather(
        *(explain(server, part, labels, at) for part in operand.parts)
    )
    try:
        samples = await server.query(operand.text, at)
    except errors.ServerUnavailable as error:
        return replace(operand, parts=tuple(parts), problem=str(error))
    kept = _choose(samples, labels)
    return replace(
        operand,
        parts=tuple(parts),
        readings=tuple(_read(sample) for sample in kept[:_MOST_READINGS]),
        count=len(kept),
        holds=bool(kept)
        if operand.kind in {Kind.CONNECTIVE, Kind.COMPARISON}
        else None,
    )


def _choose(
    samples: tuple[prometheus.Sample, ...], labels: Mapping[str, str]
) -> list[prometheus.Sample]:
    kept = [sample for sample in samples if _agrees(sample.labels, labels)]
    return sorted(kept, key=_size, reverse=True)


def _agrees(found: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    shared = (found.keys() & labels.keys()) - _NOT_OF_THE_SERIES
    return all(found[name] == labels[name] for name in shared)


def _size(sample: prometheus.Sample) -> float:
    return sample.number if math.isfinite(sample.number) else -math.inf


def _read(sample: prometheus.Sample) -> Reading:
    shown = {name: text for name, text in sample.labels.items() if name != "__name__"}
    number = sample.number if math.isfinite(sample.number) else None
    return Reading(labels=shown, number=number)
