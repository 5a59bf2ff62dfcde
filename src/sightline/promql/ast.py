"""PromQL as data: one frozen class per kind of node, each with its place in the text.

A tree says what was written and nothing more: parentheses, the order of matchers
and the side of an operator are kept, so that `printing.render` gives the same
expression back. Two trees are equal when they say the same, wherever they stand:
spans do not take part in comparisons.

Nodes are made by `parsing.parse`, read with `match`, and changed with
`walking.transform`::

    match parsing.parse("sum by (job) (rate(x[5m])) > 5"):
        case ast.Binary(right=ast.Number() as limit):
            print(limit.number, limit.span)     # 5.0 Span(start=29, end=30)
"""

import enum
from dataclasses import dataclass, field
from typing import Final

__all__ = [
    "COMPARISONS",
    "PARAMETRIC",
    "SELECTIONS",
    "SET_OPERATORS",
    "Aggregate",
    "AggregateOperator",
    "Binary",
    "BinaryOperator",
    "Boundary",
    "Call",
    "Expression",
    "Fill",
    "Group",
    "Grouping",
    "MatchOperator",
    "Matcher",
    "Matching",
    "MatrixSelector",
    "Number",
    "Parenthesis",
    "Side",
    "Span",
    "String",
    "Subquery",
    "Unary",
    "VectorSelector",
]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Where a node stands in the expression's text: `text[start:end]`.

    Characters count from 0. In a text with Grafana variables these are places in the
    text as it was written, before anything stood for a variable.
    """

    start: int
    end: int

    def to(self, other: "Span") -> "Span":
        """Gives the stretch from the start of this one to the end of `other`."""
        return Span(self.start, other.end)


_SPAN: Final = Span(0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    """What all nodes have; `span` takes no part in comparisons."""

    span: Span = field(default=_SPAN, compare=False)


class MatchOperator(enum.StrEnum):
    """How a matcher compares a label with its pattern."""

    EQUAL = "="
    NOT_EQUAL = "!="
    REGEX = "=~"
    NOT_REGEX = "!~"


class Boundary(enum.StrEnum):
    """The ends of a query's time range, as `@` names them."""

    START = "start"
    END = "end"


class Side(enum.StrEnum):
    """A side of a binary operator."""

    LEFT = "left"
    RIGHT = "right"


class AggregateOperator(enum.StrEnum):
    """An operator that makes one series of many, or chooses some of them."""

    AVG = "avg"
    BOTTOMK = "bottomk"
    COUNT = "count"
    COUNT_VALUES = "count_values"
    GROUP = "group"
    LIMITK = "limitk"
    LIMIT_RATIO = "limit_ratio"
    MAX = "max"
    MIN = "min"
    QUANTILE = "quantile"
    STDDEV = "stddev"
    STDVAR = "stdvar"
    SUM = "sum"
    TOPK = "topk"


SELECTIONS: Final = frozenset(
    {
        AggregateOperator.BOTTOMK,
        AggregateOperator.LIMITK,
        AggregateOperator.LIMIT_RATIO,
        AggregateOperator.TOPK,
    }
)
"""Those that choose some series and leave their labels and values alone."""

PARAMETRIC: Final = SELECTIONS | {
    AggregateOperator.COUNT_VALUES,
    AggregateOperator.QUANTILE,
}
"""Those that take a parameter."""


class BinaryOperator(enum.StrEnum):
    """An operator between two expressions."""

    ADD = "+"
    SUBTRACT = "-"
    MULTIPLY = "*"
    DIVIDE = "/"
    MODULO = "%"
    POWER = "^"
    ATAN2 = "atan2"
    EQUAL = "=="
    NOT_EQUAL = "!="
    LESS = "<"
    LESS_EQUAL = "<="
    GREATER = ">"
    GREATER_EQUAL = ">="
    AND = "and"
    OR = "or"
    UNLESS = "unless"


COMPARISONS: Final = frozenset(
    {
        BinaryOperator.EQUAL,
        BinaryOperator.NOT_EQUAL,
        BinaryOperator.LESS,
        BinaryOperator.LESS_EQUAL,
        BinaryOperator.GREATER,
        BinaryOperator.GREATER_EQUAL,
    }
)
"""Those that keep what compares true, or give 0 and 1 with `bool`."""

SET_OPERATORS: Final = frozenset(
    {BinaryOperator.AND, BinaryOperator.OR, BinaryOperator.UNLESS}
)
"""Those that choose series by their labels alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Number(_Node):
    """A number: `0.95`, `-1`, `Inf`, `1_000_000`, or a duration in seconds (`5m`)."""

    number: float


@dataclass(frozen=True, slots=True, kw_only=True)
class String(_Node):
    """A text, without its quotes."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher(_Node):
    """One condition on a label: `status=~"5.."`.

    Attributes:
        is_templated: the pattern holds a Grafana variable, so nobody knows what it
            selects before somebody looks at the dashboard.
    """

    label: str
    operator: MatchOperator
    pattern: str
    is_templated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VectorSelector(_Node):
    """The newest sample of every series that is selected.

    `span` ends behind the last modifier, or behind the range when there is one.

    Attributes:
        name: the metric's name as written before or first within the braces.
        offset_seconds: how far in the past; negative towards the future.
        at: the fixed time to look at, in Unix seconds.
    """

    name: str | None
    matchers: tuple[Matcher, ...] = ()
    offset_seconds: float = 0.0
    at: float | Boundary | None = None

    @property
    def metric(self) -> str | None:
        """The one metric that it can select: also `{__name__="up"}` names `up`."""
        if self.name is not None:
            return self.name
        for matcher in self.matchers:
            if matcher.label == "__name__" and _is_exact(matcher):
                return matcher.pattern
        return None


def _is_exact(matcher: Matcher) -> bool:
    return matcher.operator is MatchOperator.EQUAL and not matcher.is_templated


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixSelector(_Node):
    """The samples of a stretch of time: `rate` and its like take one.

    Attributes:
        selector: holds the offset and `@`, which are written behind the range.
        range_span: where `[5m]` stands, brackets included.
        is_range_templated: a Grafana variable decides the range.
    """

    selector: VectorSelector
    range_seconds: float
    range_span: Span = field(default=_SPAN, compare=False)
    is_range_templated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Subquery(_Node):
    """An expression evaluated again and again over a stretch of time: `x[1h:5m]`.

    Attributes:
        step_seconds: `None` where the server's evaluation interval decides.
        range_span: where `[1h:5m]` stands, brackets included.
        is_range_templated: a Grafana variable decides the range or the step.
    """

    operand: "Expression"
    range_seconds: float
    step_seconds: float | None = None
    offset_seconds: float = 0.0
    at: float | Boundary | None = None
    range_span: Span = field(default=_SPAN, compare=False)
    is_range_templated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(_Node):
    """A function of its arguments; `functions.SIGNATURES` knows its types."""

    function: str
    arguments: tuple["Expression", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping(_Node):
    """The labels that an aggregation keeps (`by`) or drops (`without`)."""

    labels: tuple[str, ...]
    is_without: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate(_Node):
    """One series for each group; without a `grouping`, one in all.

    Attributes:
        parameter: of `topk` and the like; `None` for the others.
    """

    operator: AggregateOperator
    operand: "Expression"
    parameter: "Expression | None" = None
    grouping: Grouping | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(_Node):
    """`group_left` or `group_right`: the side of which many series share a partner.

    Attributes:
        many: the side with many series.
        include: labels that they take over from the one side.
    """

    many: Side
    include: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching(_Node):
    """How the series of two vectors find their partners.

    Attributes:
        labels: those that must be equal, or with `ignoring` those that need not be.
    """

    labels: tuple[str, ...]
    is_ignoring: bool = False
    group: Group | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill(_Node):
    """What stands in for a partner that is missing: `fill(0)`, `fill_left(1)`."""

    left: float | None = None
    right: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary(_Node):
    """An operator between two expressions, with its modifiers.

    Attributes:
        returns_bool: gives 0 and 1 where a comparison would keep and drop.
        operator_span: where the operator stands, without its modifiers.
    """

    operator: BinaryOperator
    left: "Expression"
    right: "Expression"
    returns_bool: bool = False
    matching: Matching | None = None
    fill: Fill | None = None
    operator_span: Span = field(default=_SPAN, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unary(_Node):
    """A sign before an expression that is no plain number."""

    operand: "Expression"
    is_negative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Parenthesis(_Node):
    """An expression in parentheses."""

    operand: "Expression"


Expression = (
    Number
    | String
    | VectorSelector
    | MatrixSelector
    | Subquery
    | Call
    | Aggregate
    | Binary
    | Unary
    | Parenthesis
)
