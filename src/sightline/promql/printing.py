"""From tree to text.

What is written reads back as the same tree: `parse(render(tree)) == tree`. Nothing is
reordered, and parentheses are added only where a changed tree needs them.
"""

import math
import re
from typing import Final, assert_never

from sightline.model import units
from sightline.promql import ast, operators, walking

__all__ = ["quote", "render", "render_duration", "render_number"]

_NAME: Final = re.compile(r"[A-Za-z_:][A-Za-z0-9_:]*")
_LABEL: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_ESCAPES: Final = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}
_TO_ESCAPE: Final = re.compile(r'[\\"\x00-\x1f\x7f\ud800-\udfff]')


def render(node: ast.Expression) -> str:
    """Gives the expression on one line."""
    texts: _Texts = {}
    for part in walking.walk_up(node):
        texts[id(part)] = _render(part, texts)
    return texts[id(node)]


_Texts = dict[int, str]
"""The texts of the parts of a tree, which are written before their whole."""


def _render(node: ast.Expression, texts: _Texts) -> str:  # noqa: C901, PLR0911  # one case for each kind of node
    match node:
        case ast.Number():
            return render_number(node.number)
        case ast.String():
            return quote(node.text)
        case ast.VectorSelector():
            return _selector(node) + _modifiers(node)
        case ast.MatrixSelector(selector=selector):
            window = f"[{render_duration(node.range_seconds)}]"
            return _selector(selector) + window + _modifiers(selector)
        case ast.Subquery():
            step = ""
            if node.step_seconds is not None:
                step = render_duration(node.step_seconds)
            window = f"[{render_duration(node.range_seconds)}:{step}]"
            operand = _wrapped(node.operand, texts, operators.CLOSED)
            return operand + window + _modifiers(node)
        case ast.Call():
            arguments = ", ".join(texts[id(each)] for each in node.arguments)
            return f"{node.function}({arguments})"
        case ast.Aggregate():
            return _aggregate(node, texts)
        case ast.Binary():
            return _binary(node, texts)
        case ast.Unary():
            sign = "-" if node.is_negative else "+"
            return sign + _behind(node.operand, texts, operators.POWER)
        case ast.Parenthesis():
            return f"({texts[id(node.operand)]})"
        case _:
            assert_never(node)


def render_number(number: float) -> str:
    """Gives a number as PromQL writes it: whole ones without a point."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Inf" if number > 0 else "-Inf"
    text = repr(number)
    return text.removesuffix(".0")


def render_duration(seconds: float) -> str:
    """Gives a duration as PromQL writes it, or its seconds below a millisecond."""
    if seconds < 0:
        return "-" + render_duration(-seconds)
    duration = units.Duration.of_seconds(seconds)
    return str(duration) if duration.seconds == seconds else render_number(seconds)


def quote(text: str) -> str:
    """Gives a text in double quotes."""
    escaped = _TO_ESCAPE.sub(
        lambda found: _ESCAPES.get(found[0], f"\\u{ord(found[0]):04x}"), text
    )
    return f'"{escaped}"'


def _selector(node: ast.VectorSelector) -> str:
    matchers = [_matcher(matcher) for matcher in node.matchers]
    name = node.name or ""
    if name and (not _NAME.fullmatch(name) or name.lower() in operators.RESERVED):
        matchers, name = [quote(name), *matchers], ""
    if matchers or not name:
        return f"{name}{{{', '.join(matchers)}}}"
    return name


def _matcher(matcher: ast.Matcher) -> str:
    return f"{_label(matcher.label)}{matcher.operator}{quote(matcher.pattern)}"


def _label(label: str) -> str:
    return label if _LABEL.fullmatch(label) else quote(label)


def _labels(labels: tuple[str, ...]) -> str:
    return f"({', '.join(map(_listed_label, labels))})"


def _listed_label(label: str) -> str:
    return quote(label) if label.lower() in operators.NO_LABELS else _label(label)


def _modifiers(node: ast.VectorSelector | ast.Subquery) -> str:
    text = ""
    if node.offset_seconds:
        text += f" offset {render_duration(node.offset_seconds)}"
    match node.at:
        case None:
            return text
        case ast.Boundary():
            return f"{text} @ {node.at}()"
        case number:
            return f"{text} @ {render_number(number)}"


def _aggregate(node: ast.Aggregate, texts: _Texts) -> str:
    grouping = ""
    if node.grouping is not None:
        word = "without" if node.grouping.is_without else "by"
        grouping = f" {word} {_labels(node.grouping.labels)} "
    parameter = "" if node.parameter is None else f"{texts[id(node.parameter)]}, "
    return f"{node.operator}{grouping}({parameter}{texts[id(node.operand)]})"


def _binary(node: ast.Binary, texts: _Texts) -> str:
    precedence = operators.PRECEDENCES[node.operator]
    is_power = node.operator is ast.BinaryOperator.POWER
    left = _wrapped(node.left, texts, precedence + is_power)
    right = _behind(node.right, texts, precedence + (not is_power))
    return " ".join([left, str(node.operator), *_binary_modifiers(node), right])


def _binary_modifiers(node: ast.Binary) -> list[str]:
    words = ["bool"] if node.returns_bool else []
    if node.matching is not None:
        word = "ignoring" if node.matching.is_ignoring else "on"
        words.append(f"{word} {_labels(node.matching.labels)}")
        group = node.matching.group
        if group is not None:
            include = f" {_labels(group.include)}" if group.include else ""
            # Without labels, the parenthesis of an expression would be read as theirs.
            words.append(f"group_{group.many}{include or ' ()'}")
    return words + _fill(node.fill)


def _fill(fill: ast.Fill | None) -> list[str]:
    if fill is None:
        return []
    left, right = (
        None if number is None else f"({render_number(number)})"
        for number in (fill.left, fill.right)
    )
    if left == right:
        return [f"fill {left}"]
    words = [] if left is None else [f"fill_left {left}"]
    return words if right is None else [*words, f"fill_right {right}"]


def _wrapped(node: ast.Expression, texts: _Texts, lowest: int) -> str:
    """Gives `node`, in parentheses when it binds weaker than its place asks for."""
    text = texts[id(node)]
    return text if operators.binding(node) >= lowest else f"({text})"


def _behind(node: ast.Expression, texts: _Texts, lowest: int) -> str:
    """As `_wrapped`, behind an operator: there a sign needs no parentheses."""
    if isinstance(node, ast.Unary | ast.Number):
        return texts[id(node)]
    return _wrapped(node, texts, lowest)
