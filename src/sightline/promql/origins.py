"""Why a label is not there: the part of an expression that takes it away."""

from dataclasses import dataclass

from sightline.promql import ast, facts, inference, printing, walking

__all__ = ["Loss", "explain_absence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Where a label is lost.

    Attributes:
        node: the part of the tree that is the reason.
        reason: in words, to follow "there is no label `x`:".
    """

    node: ast.Expression
    reason: str

    @property
    def span(self) -> ast.Span:
        """Where in the text the reason stands."""
        return self.node.span


def explain_absence(
    found: inference.Inference, label: str, node: ast.Expression | None = None
) -> Loss | None:
    """Says why no series of an expression has a label; `None` when some may have it.

    Args:
        found: the facts about the expression.
        label: the label's name.
        node: a part of the expression, instead of the whole.
    """
    node = found.tree if node is None else node
    while True:
        if _may_have(found, node, label):
            return None
        sources = _sources(node)
        if not sources or any(_may_have(found, each, label) for each in sources):
            return Loss(node=node, reason=_reason(found, node, label))
        node = sources[0]


def _may_have(found: inference.Inference, node: ast.Expression, label: str) -> bool:
    fact = found.at(node)
    return isinstance(fact, facts.Vector) and fact.labels[label].may_be_present


def _sources(node: ast.Expression) -> tuple[ast.Expression, ...]:
    """Gives the parts of which the labels come; the one that decides is the first."""
    match node:
        case ast.Call(function="absent" | "absent_over_time" | "vector"):
            return ()
        case ast.Aggregate():
            return (node.operand,)
        case ast.Binary() if _many_side(node) is ast.Side.RIGHT:
            return (node.right, node.left)
        case _:
            return tuple(
                child
                for child in walking.children(node)
                if not isinstance(child, ast.Number | ast.String)
            )


def _many_side(node: ast.Binary) -> ast.Side:
    matching = node.matching
    if matching is None or matching.group is None:
        return ast.Side.LEFT
    return matching.group.many


def _reason(found: inference.Inference, node: ast.Expression, label: str) -> str:
    match node:
        case ast.VectorSelector():
            return _missing(found, node)
        case ast.Aggregate():
            return f"`{_aggregation(node)}` {_effect(node)}"
        case ast.Binary(matching=matching) if matching is not None:
            word = "ignoring" if matching.is_ignoring else "on"
            labels = ", ".join(matching.labels)
            return f"`{word} ({labels})` decides which labels are left"
        case ast.Call():
            return f"`{node.function}` gives no label {label}"
        case _:
            return f"`{printing.render(node)}` has no labels"


def _missing(found: inference.Inference, node: ast.VectorSelector) -> str:
    metric = found.metric(node)
    if metric is None:
        return f"`{printing.render(node)}` selects only series without it"
    return f"`{metric.name}` has no such label (source: {metric.origin})"


def _aggregation(node: ast.Aggregate) -> str:
    if node.grouping is None:
        return str(node.operator)
    word = "without" if node.grouping.is_without else "by"
    return f"{node.operator} {word} ({', '.join(node.grouping.labels)})"


def _effect(node: ast.Aggregate) -> str:
    if node.grouping is None:
        return "keeps no label"
    return "takes it away" if node.grouping.is_without else "does not keep it"
