"""A setting as a change of the file that declares the rule: a unified diff.

The file is the spec's where the rule is compiled from a level, else the rule file
itself. Only the limit and the `for` are touched; comments and layout stay.
"""

import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sightline.app.backtest import inputs
from sightline.compilers import quantities
from sightline.formats import composing, nodes, reporting, texts
from sightline.model import findings, signals, spans, units
from sightline.promql import ast, parsing, refusals
from sightline.review.backtest import conditions, replaying, restricting, sweeping

__all__ = ["propose", "write_limit"]


@dataclass(frozen=True, slots=True, order=True)
class _Edit:
    """Characters from `start` to before `end` that become `text`."""

    start: int
    end: int
    text: str


def propose(
    read: Callable[[str], str],
    given: inputs.Inputs,
    alert: replaying.Alert,
    setting: sweeping.Setting,
) -> str | findings.NotChecked:
    """Gives the diff that makes `setting` an alert's own; empty when it is already.

    Args:
        read: gives the text of a file of the spec, by its path as it is shown.
        given: what the alert was read from.
        alert: one of `given.alerts`.
        setting: the limit and duration to take.
    """
    places: Iterable[tuple[texts.Source, units.Unit | None]]
    if given.declared is None:
        # A file inside another, as in a ConfigMap, has no lines of its own to patch.
        whole = (one for one in given.sources if one.at(0) == _top(one))
        places = ((one, None) for one in whole)
    else:
        places = _levels(read, given, alert)
    for source, unit in places:
        for node in _named(source, alert.name):
            edits = _edits(node, source, unit, alert, setting)
            if edits is not None:
                return _diff(source, edits)
    return findings.NotChecked(
        subject=alert.name, reason="no single level or rule declares its limit"
    )


def _top(source: texts.Source) -> spans.Span:
    return spans.Span(file=source.file, line=1, column=1)


def _levels(
    read: Callable[[str], str], given: inputs.Inputs, alert: replaying.Alert
) -> Iterator[tuple[texts.Source, units.Unit]]:
    """Gives the files of the spec with a level of this name, and the level's unit."""
    for signal in given.declared.signals.values() if given.declared else ():
        for level in signal.levels:
            if level.alert == alert.name and _is_number(level):
                file = level.span.file
                yield texts.Source(file, read(file)), signal.unit


def _is_number(level: signals.Level) -> bool:
    return isinstance(level.above, float) or isinstance(level.below, float)


def _named(source: texts.Source, name: str) -> Iterator[nodes.MappingNode]:
    """Gives every mapping of a text that is the rule or the level `name`."""
    top = composing.compose(source, reporting.Reporter("backtest"), composing.NATIVE)
    waiting = [] if top is None else [top]
    while waiting:
        node = waiting.pop()
        match node:
            case nodes.SequenceNode(items=items):
                waiting.extend(reversed(items))
            case nodes.MappingNode(pairs=pairs):
                if "alert" in pairs and nodes.plain(pairs["alert"].node) == name:
                    yield node
                waiting += [pair.node for pair in reversed(list(pairs.values()))]
            case nodes.ScalarNode():
                pass


def _edits(
    node: nodes.MappingNode,
    source: texts.Source,
    unit: units.Unit | None,
    alert: replaying.Alert,
    setting: sweeping.Setting,
) -> list[_Edit] | None:
    """Gives what to write anew; `None` when the mapping is another rule or level."""
    found = (
        _limit_of_rule(node, source, alert, setting.limit)
        if unit is None
        else _limit_of_level(node, unit, alert, setting.limit)
    )
    if found is None:
        return None
    key, edit = found
    edits = [edit] if edit else []
    if setting.hold != alert.timing.hold:
        edits.append(_duration_edit(node, source, node.pairs[key], setting.hold))
    return sorted(edits)


def _limit_of_level(
    node: nodes.MappingNode, unit: units.Unit, alert: replaying.Alert, limit: float
) -> tuple[str, _Edit | None] | None:
    try:
        condition = conditions.split(alert.expression)
    except restricting.NotReplayable:
        return None
    key = "below" if condition.operator.value.startswith("<") else "above"
    pair = node.pairs.get(key)
    if pair is None or not isinstance(pair.node, nodes.ScalarNode):
        return None
    if _read(pair.node.text, unit) != condition.limit:
        return None  # another level that raises the same alert
    if condition.limit == limit:
        return key, None
    return key, _rewrite(pair.node, write_limit(limit, unit))


def write_limit(limit: float, unit: units.Unit) -> str:
    """Gives a limit as people write it, where that says exactly the same."""
    text = quantities.write_quantity(limit, unit)
    is_exact = _read(text, unit) == limit
    return text if is_exact else quantities.render_number(limit)


def _read(text: str, unit: units.Unit) -> float | None:
    try:
        return units.parse_quantity(text, unit)
    except ValueError:
        return None


def _limit_of_rule(
    node: nodes.MappingNode,
    source: texts.Source,
    alert: replaying.Alert,
    limit: float,
) -> tuple[str, _Edit | None] | None:
    pair = node.pairs.get("expr")
    if pair is None or not isinstance(pair.node, nodes.ScalarNode):
        return None
    try:
        tree = parsing.parse(pair.node.text)
        condition = conditions.split(tree)
    except (refusals.RefusedExpression, restricting.NotReplayable):
        return None
    if tree != alert.expression:
        return None
    if condition.limit == limit:
        return "expr", None
    return "expr", _rewrite_stretch(pair.node, source, condition.limit_span, limit)


def _rewrite_stretch(
    node: nodes.ScalarNode, source: texts.Source, span: ast.Span, limit: float
) -> _Edit:
    offsets = texts.Text.of(node, source).offsets()
    end = offsets[span.end - 1] + 1
    return _Edit(offsets[span.start], end, quantities.render_number(limit))


def _rewrite(node: nodes.ScalarNode, text: str) -> _Edit:
    """Gives the edit of a scalar on one line, quotes kept."""
    start = node.start + len(node.style)
    return _Edit(start, start + len(node.text), text)


def _duration_edit(
    node: nodes.MappingNode, source: texts.Source, before: nodes.Pair, hold: float
) -> _Edit:
    """Gives the edit of `for`; one that is not there comes `before` another key."""
    written = str(units.Duration.of_seconds(hold))
    pair = node.pairs.get("for")
    if pair is not None and isinstance(pair.node, nodes.ScalarNode):
        return _rewrite(pair.node, written)
    column = before.key_span.column
    start = source.offset(before.key_span.line, column)
    opening = source.offset(node.span.line, node.span.column)
    is_flow = source.text[opening : opening + 1] == "{"
    rest = ", " if is_flow else "\n" + " " * (column - 1)
    return _Edit(start, start, f"for: {written}{rest}")


def _diff(source: texts.Source, edits: list[_Edit]) -> str:
    text = source.text
    for edit in reversed(edits):
        text = text[: edit.start] + edit.text + text[edit.end :]
    lines = difflib.unified_diff(
        source.text.splitlines(keepends=True),
        text.splitlines(keepends=True),
        f"a/{source.file}",
        f"b/{source.file}",
        n=1,
    )
    return "".join(lines)
