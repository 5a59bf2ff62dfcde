"""Whether the parts of an expression fit together: scalars, vectors and texts."""

from collections.abc import Iterable
from typing import Final, assert_never

from sightline.promql import ast, functions, patterns, refusals

__all__ = ["check"]

_Type = functions.ValueType
_OPERANDS: Final = frozenset({_Type.SCALAR, _Type.VECTOR})


def check(node: ast.Expression) -> functions.ValueType:  # noqa: C901, PLR0911  # one case for each kind of node
    """Gives the type of `node`, after checking everything in it.

    Raises:
        InvalidExpression: at the first part that does not fit.
    """
    match node:
        case ast.Number():
            return _Type.SCALAR
        case ast.String():
            return _Type.STRING
        case ast.VectorSelector():
            _check_selector(node)
            return _Type.VECTOR
        case ast.MatrixSelector():
            _check_selector(node.selector)
            return _Type.MATRIX
        case ast.Subquery():
            _expect(node.operand, _Type.VECTOR, "a subquery")
            return _Type.MATRIX
        case ast.Parenthesis():
            return check(node.operand)
        case ast.Unary():
            found = check(node.operand)
            if found not in _OPERANDS:
                raise _mismatch("a scalar or instant vector", "a sign", found, node)
            return found
        case ast.Call():
            return _check_call(node)
        case ast.Aggregate():
            return _check_aggregate(node)
        case ast.Binary():
            return _check_binary(node)
        case _:
            assert_never(node)


def _check_selector(node: ast.VectorSelector) -> None:
    _check_patterns(node.matchers)
    if node.name is not None:
        for matcher in node.matchers:
            if matcher.label == "__name__":
                raise _invalid(
                    f"expected one name, found {node.name!r} and {matcher.pattern!r}",
                    matcher.span,
                )
    elif all(map(patterns.matches_absence, node.matchers)):
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


def _check_call(node: ast.Call) -> functions.ValueType:
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
        if node.function == "info" and position == 1:
            _check_info_labels(argument)
            continue
        wanted_type = signature.takes[min(position, len(signature.takes) - 1)]
        _expect(argument, wanted_type, node.function)
    return signature.gives


def _check_info_labels(node: ast.Expression) -> None:
    """Checks the second argument of `info`, which selects labels and not series."""
    if not isinstance(node, ast.VectorSelector) or node.name is not None:
        raise _invalid("expected label matchers alone for info, found more", node.span)
    _check_patterns(node.matchers)


def _check_aggregate(node: ast.Aggregate) -> functions.ValueType:
    if node.parameter is not None:
        is_text = node.operator is ast.AggregateOperator.COUNT_VALUES
        _expect(
            node.parameter,
            _Type.STRING if is_text else _Type.SCALAR,
            f"the parameter of {node.operator}",
        )
    _expect(node.operand, _Type.VECTOR, str(node.operator))
    return _Type.VECTOR


def _check_binary(node: ast.Binary) -> functions.ValueType:
    left, right = check(node.left), check(node.right)
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


def _expect(node: ast.Expression, wanted: functions.ValueType, where: str) -> None:
    found = check(node)
    if found is not wanted:
        raise _mismatch(f"a value of type {wanted}", where, found, node)


def _mismatch(
    wanted: str, where: str, found: functions.ValueType, node: ast.Expression
) -> refusals.InvalidExpression:
    return _invalid(f"expected {wanted} in {where}, found {found}", node.span)


def _invalid(reason: str, span: ast.Span) -> refusals.InvalidExpression:
    return refusals.InvalidExpression(reason, span)
