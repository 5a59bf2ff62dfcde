"""`absent` and `absent_over_time`: one series when there is none."""

from collections.abc import Sequence

from sightline.promql import ast, dimensions, facts, intervals, labelsets, walking
from sightline.promql.inferring import given

__all__ = ["absent"]

_OPPOSITE = {
    facts.Presence.NEVER: facts.Presence.ALWAYS,
    facts.Presence.SOMETIMES: facts.Presence.SOMETIMES,
    facts.Presence.ALWAYS: facts.Presence.NEVER,
}


def absent(node: ast.Call, arguments: Sequence[facts.Fact]) -> facts.Vector:
    """Gives the facts about the absence of its argument."""
    operand = given.vector(arguments)
    presence = _OPPOSITE[operand.presence]
    if operand.presence is facts.Presence.NEVER and not operand.is_known:
        presence = facts.Presence.SOMETIMES
    return facts.Vector(
        labels=_labels(node.arguments[0]),
        interval=intervals.ONE,
        presence=presence,
        unit=dimensions.COUNT,
        unknown=operand.unknown,
    )


def _labels(argument: ast.Expression) -> labelsets.LabelSet:
    """Gives the labels that a selector asks for exactly, and once only."""
    argument = walking.bare(argument)
    if isinstance(argument, ast.MatrixSelector):
        argument = argument.selector
    if not isinstance(argument, ast.VectorSelector):
        return labelsets.NO_LABELS
    labels: dict[str, labelsets.Label] = {}
    for matcher in argument.matchers:
        is_exact = matcher.operator is ast.MatchOperator.EQUAL
        if is_exact and matcher.label not in labels:
            known = labelsets.Label.of(matcher.pattern)
            labels[matcher.label] = labelsets.MAYBE if matcher.is_templated else known
        else:
            labels[matcher.label] = labelsets.ABSENT
    return labelsets.NO_LABELS.set(labels).drop([labelsets.METRIC_NAME])
