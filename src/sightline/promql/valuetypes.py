"""Whether the parts of an expression fit together: scalars, vectors and texts."""

from collections.abc import Iterable
from typing import Final, assert_never

from sightline.promql import ast, functions, patterns, refusals, walking

__all__ = ["check"]

_Type = functions.ValueType
_OPERANDS: Final = frozenset({_Type.SCALAR, _Type.VECTOR})


_Types = dict[int, functions.ValueType]
"""The types of the parts of a tree, which are known before that of their whole."""


def check(tree: ast.Expression) -> functions.ValueType:
    """Gives the type of `tree`, after checking everything in it.

    Raises:
        InvalidExpression: at the first part that does not fit.
    """
    types: _Types = {}
    nodes = tuple(walking.walk_up(tree))
    for node in nodes:
        if isinstance(node, ast.Call) and node.function == "info":
            types |= _check_info(node)
    for node in nodes:
        if id(node) not in types:
            types[id(node)] = _check(node, types)
    return types[id(tree)]


def _check(node: ast.Expression, types: _Types) -> functions.ValueType:  # noqa: C901, PLR0911  # one case for each kind of node
    match node:
        case ast.Number():
            return _Type.SCALAR
        case ast.String():
            return _Type.STRING
        case ast.VectorSelector():
            _check_selector(node)
            return _Type.VECTOR
        case ast.MatrixSelector():
            return _Type.MATRIX
        case ast.Subquery():
            _expect(node.operand, types, _Type.VECTOR, "a subquery")
            return _Type.MATRIX
        case ast.Parenthesis():
            return types[id(node.operand)]
        case ast.Unary():
            found = types[id(node.operand)]
            if found not in _OPERANDS:
                raise _mismatch("a scalar or instant vector", "a sign", found, node)
            return found
        case ast.Call():
            return _check_call(node, types)
        case ast.Aggregate():
            return _check_aggregate(node, types)
        case ast.Binary():
            return _check_binary(node, types)
        case _:
            assert_never(node)


def _check_selector(node: ast.VectorSelector) -> None:
    _check_patterns(node.matchers)
    if node.name is None and all(map(patterns.matches_absence, node.matchers)):
        raise _invalid(
            "expected a matcher that does not match the empty text, found none:"
            " this would select every series",
            node.span,
        )


def _check_patterns(matchers: Iterable[ast.Matcher]) -> None:
    for matcher in matchers:
        if matcher.operator in {ast.MatchOperator.EQUAL, ast.MatchOperator.NOT_EQUAL}:
            continue
        problem = patterns.find_mistake(matcher.pattern)
        if problem is not None and not matcher.is_templated:
            raise _invalid(
                f"expected a regular expression in RE2 syntax, found {problem}",
                matcher.span,
            )


def _check_call(node: ast.Call, types: _Types) -> functions.ValueType:
    signature = functions.SIGNATURES[node.function]
    count, most = len(node.arguments), signature.most
    if count < signature.fewest or (most is not None and count > most):
        wanted = (
            f"{signature.fewest}"
            if most == signature.fewest
            else f"at least {signature.fewest}"
            if most is None
            else f"{signature.fewest} to {most}"
        )
        raise _invalid(
            f"expected {wanted} argument(s) for {node.function}, found {count}",
            node.span,
        )
    for position, argument in enumerate(node.arguments):
        wanted_type = signature.takes[min(position, len(signature.takes) - 1)]
        _expect(argument, types, wanted_type, node.function)
    return signature.gives


def _check_info(node: ast.Call) -> _Types:
    """Gives the type of the second argument of `info`: matchers, without a metric."""
    for argument in node.arguments[1:2]:
        if not isinstance(argument, ast.VectorSelector) or argument.name is not None:
            raise _invalid(
                "expected label matchers alone for info, found more", argument.span
            )
        _check_patterns(argument.matchers)
    return {id(argument): _Type.VECTOR for argument in node.arguments[1:2]}


def _check_aggregate(node: ast.Aggregate, types: _Types) -> functions.ValueType:
    if node.parameter is not None:
        is_text = node.operator is ast.AggregateOperator.COUNT_VALUES
        _expect(
            node.parameter,
            types,
            _Type.STRING if is_text else _Type.SCALAR,
            f"the parameter of {node.operator}",
        )
    _expect(node.operand, types, _Type.VECTOR, str(node.operator))
    return _Type.VECTOR


def _check_binary(node: ast.Binary, types: _Types) -> functions.ValueType:
    left, right = types[id(node.left)], types[id(node.right)]
    for side, found in ((node.left, left), (node.right, right)):
        if found not in _OPERANDS:
            raise _mismatch(
                "a scalar or instant vector", f"{node.operator}", found, side
            )
    is_comparison = node.operator in ast.COMPARISONS
    if node.returns_bool and not is_comparison:
        raise _invalid("expected bool only on a comparison", node.operator_span)
    if left is right is _Type.VECTOR:
        _check_matching(node)
        return _Type.VECTOR
    if node.matching is not None or node.fill is not None:
        raise _invalid(
            "expected matching modifiers only between instant vectors, found a scalar",
            node.operator_span,
        )
    if node.operator in ast.SET_OPERATORS:
        raise _invalid(
            f"expected instant vectors on both sides of {node.operator},"
            " found a scalar: write vector(…) around it",
            node.operator_span,
        )
    if left is right is _Type.SCALAR:
        if is_comparison and not node.returns_bool:
            raise _invalid(
                "expected bool on a comparison of two scalars, found none",
                node.operator_span,
            )
        return _Type.SCALAR
    return _Type.VECTOR


def _check_matching(node: ast.Binary) -> None:
    matching = node.matching
    if node.operator in ast.SET_OPERATORS:
        if matching is not None and matching.group is not None:
            raise _invalid(f"expected no grouping on {node.operator}", matching.span)
        if node.fill is not None:
            raise _invalid(f"expected no fill on {node.operator}", node.fill.span)
    if matching is None or matching.group is None or matching.is_ignoring:
        return
    for label in matching.group.include:
        if label in matching.labels:
            raise _invalid(
                f"expected {label!r} either in on or in group_{matching.group.many},"
                " found it in both",
                matching.span,
            )


def _expect(
    node: ast.Expression, types: _Types, wanted: functions.ValueType, where: str
) -> None:
    found = types[id(node)]
    if found is not wanted:
        raise _mismatch(f"a value of type {wanted}", where, found, node)


def _mismatch(
    wanted: str, where: str, found: functions.ValueType, node: ast.Expression
) -> refusals.InvalidExpression:
    return _invalid(f"expected {wanted} in {where}, found {found}", node.span)


def _invalid(reason: str, span: ast.Span) -> refusals.InvalidExpression:
    return refusals.InvalidExpression(reason, span)
