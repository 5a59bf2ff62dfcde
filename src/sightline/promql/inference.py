"""What any data can make of an expression: labels, numbers, units, emptiness.

`infer` goes once through a tree, from the selectors up, and keeps the facts about
every node::

    found = inference.infer(parsing.parse(expr), catalogue)
    fact = found.fact                       # about the whole
    found.vector(node).labels["service"]    # about any part of it
    found.comparison(node).outcome          # can `> 5` ever hold?
    found.join(node).blockers               # why no series ever finds a partner
    found.unknown                           # what the catalogue does not know

Everything that is said is certain as far as the catalogue is true: the engine never
gives a label, a number or a series that the facts exclude. What they do not exclude
may still never happen. `origins.explain_absence` says why a label is not there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import assert_never

from sightline.promql import ast, catalogue, facts, walking
from sightline.promql.inferring import aggregations, binaries, calls, selections, shares
from sightline.promql.intervals import Interval

__all__ = ["Inference", "infer"]


@dataclass(frozen=True, slots=True)
class Inference:
    """The facts about an expression and about everything in it.

    Attributes:
        tree: the expression.
        known: the catalogue.
    """

    tree: ast.Expression
    known: catalogue.Catalogue
    _facts: Mapping[int, facts.Fact]
    _comparisons: Mapping[int, facts.Comparison]
    _joins: Mapping[int, facts.Join]

    @property
    def fact(self) -> facts.Fact:
        """The facts about the whole."""
        return self._facts[id(self.tree)]

    def at(self, node: ast.Expression) -> facts.Fact:
        """Gives the facts about a node of the tree.

        Raises:
            KeyError: when `node` is not one of the tree's.
        """
        return self._facts[id(node)]

    def vector(self, node: ast.Expression) -> facts.Vector:
        """Gives the facts about a node that gives series.

        Raises:
            KeyError: when `node` is not one of the tree's.
            TypeError: when it gives a number or a text.
        """
        fact = self.at(node)
        if not isinstance(fact, facts.Vector):
            raise TypeError(f"a {type(node).__name__} at {node.span} gives no series")
        return fact

    def comparison(self, node: ast.Binary) -> facts.Comparison | None:
        """Gives how a comparison can turn out; `None` for other operators."""
        return self._comparisons.get(id(node))

    def join(self, node: ast.Binary) -> facts.Join | None:
        """Gives how two vectors find partners; `None` where one side is a number."""
        return self._joins.get(id(node))

    @property
    def unknown(self) -> tuple[ast.VectorSelector, ...]:
        """The selectors of metrics that the catalogue does not know."""
        return tuple(
            node
            for node in walking.selectors(self.tree)
            if node.metric is None or node.metric not in self.known
        )

    def metric(self, node: ast.VectorSelector) -> catalogue.Metric | None:
        """Gives what the catalogue says of the metric that a selector names."""
        return None if node.metric is None else self.known.find(node.metric)

    def impossible_matchers(self, node: ast.VectorSelector) -> Iterator[ast.Matcher]:
        """Gives the matchers that no series of the metric can satisfy."""
        metric = self.metric(node)
        if metric is not None:
            yield from selections.impossible_matchers(node, metric)


def infer(tree: ast.Expression, known: catalogue.Catalogue) -> Inference:
    """Gives what is certain of `tree` over the metrics of a catalogue.

    Args:
        tree: an expression that `parsing.parse` gave, or one made from such.
        known: what is known of metrics; of those that it lacks, nothing is.
    """
    inferrer = _Inferrer(known)
    for node in walking.walk_up(tree):
        inferrer.facts[id(node)] = inferrer.infer(node)
    return Inference(tree, known, inferrer.facts, inferrer.comparisons, inferrer.joins)


class _Inferrer:
    """Finds the facts about nodes whose parts it has seen before."""

    def __init__(self, known: catalogue.Catalogue) -> None:
        self._known = known
        self.facts: dict[int, facts.Fact] = {}
        self.comparisons: dict[int, facts.Comparison] = {}
        self.joins: dict[int, facts.Join] = {}

    def infer(self, node: ast.Expression) -> facts.Fact:  # noqa: C901, PLR0911  # one case for each kind of node
        """Gives the facts about a node."""
        match node:
            case ast.Number():
                return facts.Scalar(interval=Interval.of(node.number))
            case ast.String():
                return facts.Text(text=node.text)
            case ast.VectorSelector():
                return selections.select(node, self._known)
            case ast.MatrixSelector():
                return self._at(node.selector)
            case ast.Subquery():
                return calls.weaken(self._vector(node.operand))
            case ast.Parenthesis():
                return self._at(node.operand)
            case ast.Unary():
                return binaries.sign(node, self._at(node.operand))
            case ast.Call():
                return calls.call(node, [self._at(each) for each in node.arguments])
            case ast.Aggregate():
                parameter = None if node.parameter is None else self._at(node.parameter)
                operand = self._vector(node.operand)
                return aggregations.aggregate(node, operand, parameter)
            case ast.Binary():
                return self._binary(node)
            case _:
                assert_never(node)

    def _at(self, node: ast.Expression) -> facts.Fact:
        return self.facts[id(node)]

    def _vector(self, node: ast.Expression) -> facts.Vector:
        found = self._at(node)
        if not isinstance(found, facts.Vector):
            raise TypeError("expected series: parse before inferring")
        return found

    def _binary(self, node: ast.Binary) -> facts.Fact:
        left, right = self._at(node.left), self._at(node.right)
        found, comparison, join = binaries.combine(
            node, left, right, lambda: shares.is_share(node, self._is_natural)
        )
        if comparison is not None:
            self.comparisons[id(node)] = comparison
        if join is not None:
            self.joins[id(node)] = join
        return found

    def _is_natural(self, node: ast.Expression) -> bool:
        """Whether a node is never below zero, and never infinite."""
        fact = self._at(node)
        if isinstance(fact, facts.Text):
            return False
        return fact.interval.low >= 0 and not fact.interval.has_infinity
