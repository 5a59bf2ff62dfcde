"""Small changes to a rule, each of which some proof should notice.

A change that no scenario tells from the rule itself is a hole in the proof, or a part
of the rule that decides nothing.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sightline.promql import ast, parsing, printing, walking
from sightline.proofs import (
    documents,
    equivalence,
    pinning,
    reaching,
    rulebook,
    slices,
    zeros,
)

__all__ = ["Mutant", "mutate"]

_O = ast.BinaryOperator
_A = ast.AggregateOperator

_OPERATORS: Final[Mapping[_O, Sequence[_O]]] = {
    _O.GREATER: (_O.GREATER_EQUAL, _O.LESS),
    _O.GREATER_EQUAL: (_O.GREATER, _O.LESS),
    _O.LESS: (_O.LESS_EQUAL, _O.GREATER),
    _O.LESS_EQUAL: (_O.LESS, _O.GREATER),
    _O.EQUAL: (_O.NOT_EQUAL,),
    _O.NOT_EQUAL: (_O.EQUAL,),
    _O.ADD: (_O.SUBTRACT,),
    _O.SUBTRACT: (_O.ADD,),
    _O.MULTIPLY: (_O.DIVIDE,),
    _O.DIVIDE: (_O.MULTIPLY,),
    _O.AND: (_O.UNLESS,),
    _O.OR: (_O.AND,),
    _O.UNLESS: (_O.AND,),
}
_AGGREGATIONS: Final[Mapping[_A, Sequence[_A]]] = {
    _A.SUM: (_A.MAX, _A.AVG),
    _A.AVG: (_A.MAX, _A.SUM),
    _A.MAX: (_A.MIN, _A.SUM),
    _A.MIN: (_A.MAX, _A.SUM),
    _A.COUNT: (_A.SUM,),
}
_LARGEST_COUNT: Final = 10

_OPPOSITES: Final = {
    ast.MatchOperator.EQUAL: ast.MatchOperator.NOT_EQUAL,
    ast.MatchOperator.NOT_EQUAL: ast.MatchOperator.EQUAL,
    ast.MatchOperator.REGEX: ast.MatchOperator.NOT_REGEX,
    ast.MatchOperator.NOT_REGEX: ast.MatchOperator.REGEX,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A changed rule, under a name of its own.

    Attributes:
        change: what was changed, in words.
        rules: the recording rules that were changed with it, and the alert.
        equivalent: why it can differ in nothing; empty where it can.
    """

    name: str
    change: str
    rules: tuple[documents.ProbedRule, ...]
    equivalent: str = ""


@dataclass(frozen=True, slots=True)
class _Change:
    tree: ast.Expression
    words: str
    equivalent: str = ""


def mutate(
    piece: slices.Slice, seen: set[rulebook.Record], prefix: str
) -> Iterator[Mutant]:
    """Gives the mutants of an alert, and of recording rules that were not seen yet.

    Args:
        piece: the alert with what it needs.
        seen: recording rules whose mutants were made with an earlier alert.
        prefix: begins the mutants' names.
    """
    number = 0
    rule = documents.alert_rule(piece.alert)
    plain = dataclasses.replace(rule, labels={}, annotations={})
    for change in _changes(piece.tree):
        number += 1
        name = f"{prefix}m{number}"
        changed = dataclasses.replace(
            plain, name=name, expr=printing.render(change.tree)
        )
        yield Mutant(
            name=name,
            change=change.words,
            rules=(changed,),
            equivalent=change.equivalent,
        )
    for words, changed in _waits(plain):
        number += 1
        name = f"{prefix}m{number}"
        named = dataclasses.replace(changed, name=name)
        yield Mutant(name=name, change=words, rules=(named,))
    for record in piece.records:
        if record in seen:
            continue
        seen.add(record)
        readers = [tree for tree in piece.trees if tree is not record.tree]
        for change in _changes(record.tree, record.name, readers):
            number += 1
            name = f"{prefix}m{number}"
            same = equivalence.explain_filter(record, change.tree, readers)
            yield Mutant(
                name=name,
                change=f"{record.name}: {change.words}",
                rules=tuple(_rewire(piece, record, change.tree, plain, name)),
                equivalent=change.equivalent or same,
            )


def _waits(
    rule: documents.ProbedRule,
) -> Iterator[tuple[str, documents.ProbedRule]]:
    if rule.for_seconds:
        yield "for doubled", dataclasses.replace(rule, for_seconds=rule.for_seconds * 2)
        yield "for removed", dataclasses.replace(rule, for_seconds=0.0)
    if rule.keep_seconds:
        longer = rule.keep_seconds * 2
        yield "keep_firing_for doubled", dataclasses.replace(rule, keep_seconds=longer)
        yield "keep_firing_for removed", dataclasses.replace(rule, keep_seconds=0.0)


def _rewire(
    piece: slices.Slice,
    changed: rulebook.Record,
    tree: ast.Expression,
    plain: documents.ProbedRule,
    name: str,
) -> Iterator[documents.ProbedRule]:
    """Gives copies of the rules from a changed one up to the alert."""
    renamed = {changed.name}
    for record in piece.records:
        expression = tree if record is changed else record.tree
        reads = any(one.metric in renamed for one in walking.selectors(expression))
        if (
            record is changed
            or record.name in renamed
            or (reads and record is not changed)
        ):
            renamed.add(record.name)
            yield documents.ProbedRule(
                kind="record",
                name=f"{name}:{record.name}",
                expr=_with_names(expression, renamed - {changed.name}, name)
                if record is changed
                else _with_names(expression, renamed, name),
                labels=record.labels,
                annotations={},
            )
    yield dataclasses.replace(
        plain, name=name, expr=_with_names(piece.tree, renamed, name)
    )


def _with_names(tree: ast.Expression, names: set[str], prefix: str) -> str:
    def rename(node: ast.Expression) -> ast.Expression:
        if isinstance(node, ast.VectorSelector) and node.metric in names:
            kept = tuple(one for one in node.matchers if one.label != "__name__")
            return dataclasses.replace(
                node, name=f"{prefix}:{node.metric}", matchers=kept
            )
        return node

    return printing.render(walking.transform(tree, rename))


def _changes(
    tree: ast.Expression, name: str = "", readers: Sequence[ast.Expression] = ()
) -> Iterator[_Change]:
    """Gives the changed trees that the engine would accept.

    Args:
        tree: an alert's expression, or a recording rule's.
        name: what it is recorded as.
        readers: the expressions that may read that.
    """
    for node in walking.walk(tree):
        for other, words in _variants(node):
            changed = walking.replace(tree, node, other)
            if _is_accepted(changed):
                why = (
                    equivalence.explain_guard(tree, node, other, name, readers)
                    or pinning.explain_matcher(tree, node, other)
                    or zeros.explain_zero(tree, node, other, name, readers)
                    or zeros.explain_factor(tree, node, other)
                    or reaching.explain_threshold(node, other)
                    or (not name and zeros.explain_sign(tree, node, other))
                )
                yield _Change(changed, words, why or "")


def _is_accepted(tree: ast.Expression) -> bool:
    try:
        parsing.parse(printing.render(tree))
    except (parsing.InvalidExpression, parsing.NotAnalysed):
        return False
    return True


_Variant = tuple[ast.Expression, str]


def _variants(node: ast.Expression) -> Iterator[_Variant]:
    match node:
        case ast.Binary():
            for operator in _OPERATORS.get(node.operator, ()):
                other = dataclasses.replace(node, operator=operator)
                yield other, f"`{node.operator}` becomes `{operator}`"
        case ast.Number():
            yield from _numbers(node)
        case ast.MatrixSelector() | ast.Subquery():
            for factor, word in ((2.0, "doubled"), (0.5, "halved")):
                length = node.range_seconds * factor
                other_range = dataclasses.replace(node, range_seconds=length)
                window = printing.render_duration(node.range_seconds)
                yield other_range, f"window {window} {word}"
        case ast.Aggregate():
            yield from _aggregations(node)
        case ast.VectorSelector():
            yield from _matchers(node)
        case _:
            return


def _numbers(node: ast.Number) -> Iterator[_Variant]:
    text = printing.render_number(node.number)
    if node.number == 0:
        yield dataclasses.replace(node, number=1.0), "0 becomes 1"
        return
    # Small whole numbers count something: a tenth more or less of that is nothing.
    is_count = node.number.is_integer() and abs(node.number) <= _LARGEST_COUNT
    by = 1.0 if is_count else node.number / 10
    for other in (round(node.number + by, 12), round(node.number - by, 12)):
        words = f"{text} becomes {printing.render_number(other)}"
        yield dataclasses.replace(node, number=other), words


def _aggregations(node: ast.Aggregate) -> Iterator[_Variant]:
    for operator in _AGGREGATIONS.get(node.operator, ()):
        other = dataclasses.replace(node, operator=operator)
        yield other, f"{node.operator} becomes {operator}"
    if node.grouping is not None and not node.grouping.is_without:
        for label in node.grouping.labels:
            kept = tuple(one for one in node.grouping.labels if one != label)
            grouping = dataclasses.replace(node.grouping, labels=kept)
            yield dataclasses.replace(node, grouping=grouping), f"by drops {label}"


def _matchers(node: ast.VectorSelector) -> Iterator[_Variant]:
    for matcher in node.matchers:
        if matcher.label == "__name__":
            continue
        rest = tuple(one for one in node.matchers if one is not matcher)
        written = f'{matcher.label}{matcher.operator}"{matcher.pattern}"'
        yield dataclasses.replace(node, matchers=rest), f"{written} dropped"
        opposite = dataclasses.replace(matcher, operator=_OPPOSITES[matcher.operator])
        turned = tuple(opposite if one is matcher else one for one in node.matchers)
        yield dataclasses.replace(node, matchers=turned), f"{written} negated"
    if node.offset_seconds:
        bare = dataclasses.replace(node, offset_seconds=0.0)
        yield bare, "offset dropped"
