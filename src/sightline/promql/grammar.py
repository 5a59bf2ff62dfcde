"""The grammar of PromQL: precedence climbing over the words of an expression."""

import dataclasses
import difflib
import math
from typing import Final

from sightline.promql import ast, clauses, functions, lexing, operators, refusals

__all__ = ["MAXIMUM_DEPTH", "Parser"]

MAXIMUM_DEPTH: Final = 300
"""How deep a tree may be; a chain of operators counts too.

People stay below 30, but one generated rule of Skillancer's joins 198 parts.
"""

_MAXIMUM_NESTING: Final = 60
_LONGEST_SECONDS: Final = 2**63 / 1e9
"""Prometheus counts durations in 63 bits of nanoseconds."""

_OPERATORS: Final = {str(operator): operator for operator in ast.BinaryOperator}
_AGGREGATES: Final = {str(operator): operator for operator in ast.AggregateOperator}
_TRIMS: Final = frozenset({"</", ">/"})


class Parser(clauses.Clauses):
    """Reads one expression.

    Every method leaves the position behind what it has read, and raises
    `refusals.RefusedExpression` at the first word that does not belong there.
    """

    _nesting = 0

    def parse(self) -> ast.Expression:
        """Gives the whole tree.

        Raises:
            InvalidExpression, NotAnalysed: when there is none.
        """
        tree, _ = self._expression()
        if self._token.kind != "end":
            raise self._unexpected("an operator or the end")
        return tree

    # Operators. A node comes with its depth, so that no tree grows beyond bounds.

    def _expression(self, lowest: int = 1) -> tuple[ast.Expression, int]:
        self._nesting += 1
        if self._nesting > _MAXIMUM_NESTING:
            raise self._too_deep()
        start = self._token.start
        left, depth = self._signed()
        while (operator := self._operator()) is not None:
            precedence = operators.PRECEDENCES[operator]
            if precedence < lowest:
                break
            left, depth = self._binary(operator, left, depth, start)
            self._limit(depth)
        self._limit(depth)
        self._nesting -= 1
        return left, depth

    def _limit(self, depth: int) -> None:
        if depth > MAXIMUM_DEPTH:
            raise self._too_deep()

    def _too_deep(self) -> refusals.NotAnalysed:
        return self._not_analysed("an expression as deeply nested as this")

    def _operator(self) -> ast.BinaryOperator | None:
        token = self._token
        if token.kind == "symbol":
            if token.text in _TRIMS:
                raise self._not_analysed(f"trimming a histogram ({token.text})")
            return _OPERATORS.get(token.text)
        return _OPERATORS.get(token.text.lower()) if token.kind == "word" else None

    def _binary(
        self, operator: ast.BinaryOperator, left: ast.Expression, depth: int, start: int
    ) -> tuple[ast.Binary, int]:
        place = self._place(self._take())
        returns_bool = self._word == "bool"
        if returns_bool:
            self._index += 1
        matching = self._matching()
        fill = self._fill()
        precedence = operators.PRECEDENCES[operator]
        # Only the power binds to the right.
        right, right_depth = self._expression(
            precedence if operator is ast.BinaryOperator.POWER else precedence + 1
        )
        depth = max(depth, right_depth) + 1
        node = ast.Binary(
            operator=operator,
            left=left,
            right=right,
            returns_bool=returns_bool,
            matching=matching,
            fill=fill,
            operator_span=place,
            span=self._span(start),
        )
        return node, depth

    def _signed(self) -> tuple[ast.Expression, int]:
        start = self._token.start
        is_negative = self._follows("-")
        if not is_negative and not self._follows("+"):
            return self._postfixed()
        self._index += 1
        # A sign binds weaker than a power: -1 ^ 2 is -(1 ^ 2).
        operand, depth = self._expression(operators.POWER)
        span = self._span(start)
        if isinstance(operand, ast.Number):
            number = operand.number
            if is_negative and not math.isnan(number):
                number = -number
            return ast.Number(number=number, span=span), depth
        node = ast.Unary(operand=operand, is_negative=is_negative, span=span)
        return node, depth + 1

    # What stands behind an expression: ranges, offsets and fixed times.

    def _postfixed(self) -> tuple[ast.Expression, int]:
        start = self._token.start
        node, depth = self._primary()
        while True:
            word = self._word
            if self._follows("["):
                node = self._ranged(node, start)
                depth += 1
                self._limit(depth)
            elif word == "offset":
                node = self._with_offset(node, start)
            elif self._follows("@"):
                node = self._with_time(node, start)
            elif word in {"anchored", "smoothed"}:
                raise self._not_analysed(f"the modifier {word!r}")
            else:
                return node, depth

    def _ranged(self, node: ast.Expression, start: int) -> ast.Expression:
        bracket = self._take()
        seconds = self._duration("a range such as [5m]")
        is_subquery = self._take_if(":")
        step = None
        if is_subquery and not self._follows("]"):
            step = self._duration("a step such as 1m")
        end = self._expect("]", "behind the range").end
        range_span = self._filled.locate(bracket.start, end)
        is_templated = self._filled.is_filled(bracket.start, end)
        if is_subquery:
            return ast.Subquery(
                operand=node,
                range_seconds=seconds,
                step_seconds=step,
                range_span=range_span,
                is_range_templated=is_templated,
                span=self._span(start),
            )
        if not isinstance(node, ast.VectorSelector) or _is_modified(node):
            raise refusals.InvalidExpression(
                "expected a selector without offset and @ before a range;"
                " of anything else, write a subquery such as [5m:1m]",
                range_span,
            )
        return ast.MatrixSelector(
            selector=node,
            range_seconds=seconds,
            range_span=range_span,
            is_range_templated=is_templated,
            span=self._span(start),
        )

    def _duration(self, wanted: str) -> float:
        token = self._token
        if token.kind not in {"number", "duration"}:
            if token.kind == "word" or token.text in {"(", "+", "-"}:
                raise self._not_analysed("arithmetic with durations")
            raise self._unexpected(wanted)
        seconds = self._number(self._take())
        if self._token.text not in {"]", ":", ""}:
            raise self._not_analysed("arithmetic with durations")
        if not 0 < seconds < _LONGEST_SECONDS:
            raise refusals.InvalidExpression(
                "expected a duration above 0 and below 292 years, found"
                f" {refusals.show(token.text)}",
                self._place(token),
            )
        return seconds

    def _with_offset(self, node: ast.Expression, start: int) -> ast.Expression:
        place = self._place(self._take())
        at = self._index + (self._follows("-") or self._follows("+"))
        # A parenthesis, or a function such as step().
        if "(" in {token.text for token in self._tokens[at : at + 2]}:
            raise self._not_analysed("arithmetic with durations")
        seconds = self._signed_number("as offset, such as 5m")
        if abs(seconds) > _LONGEST_SECONDS:
            raise refusals.InvalidExpression(
                "expected an offset of less than 292 years, found a longer one", place
            )
        return self._modified(node, place, start, offset_seconds=seconds)

    def _with_time(self, node: ast.Expression, start: int) -> ast.Expression:
        place = self._place(self._take())
        at: float | ast.Boundary
        if self._word in {"start", "end"}:
            at = ast.Boundary(self._take().text.lower())
            self._expect("(", f"after {at}")
            self._expect(")", f"after {at}(")
        else:
            at = self._signed_number("as time, in Unix seconds, or start() or end()")
            if not math.isfinite(at):
                raise refusals.InvalidExpression(
                    "expected a time that exists behind @", place
                )
        return self._modified(node, place, start, at=at)

    def _modified(
        self,
        node: ast.Expression,
        place: ast.Span,
        start: int,
        **changes: float | ast.Boundary,
    ) -> ast.Expression:
        """Gives `node` with an offset or a fixed time, each of which it takes once."""
        target = node.selector if isinstance(node, ast.MatrixSelector) else node
        if not isinstance(target, ast.VectorSelector | ast.Subquery):
            raise refusals.InvalidExpression(
                "expected a selector or a subquery before offset and @", place
            )
        if ("at" in changes and target.at is not None) or (
            "offset_seconds" in changes and target.offset_seconds
        ):
            raise refusals.InvalidExpression(
                "expected offset and @ at most once each, found it again", place
            )
        span = self._span(start)
        changed = dataclasses.replace(target, span=span, **changes)  # type: ignore[arg-type]  # the two fields named above
        if isinstance(node, ast.MatrixSelector):
            return dataclasses.replace(node, selector=changed, span=span)  # type: ignore[arg-type]  # a selector stays one
        return changed

    # What an expression begins with.

    def _primary(self) -> tuple[ast.Expression, int]:
        token = self._token
        if token.kind in {"number", "duration"}:
            number = self._number(self._take())
            return ast.Number(number=number, span=self._span(token.start)), 1
        if token.kind == "string":
            text = lexing.unquote(self._take())
            return ast.String(text=text, span=self._span(token.start)), 1
        if token.kind == "word":
            return self._named()
        if token.text == "{":
            return self._selector(None, token.start), 1
        if self._take_if("("):
            operand, depth = self._expression()
            self._expect(")", "to close the parenthesis")
            span = self._span(token.start)
            return ast.Parenthesis(operand=operand, span=span), depth + 1
        raise self._unexpected("an expression")

    def _named(self) -> tuple[ast.Expression, int]:
        """Reads what begins with a word: a call, an aggregation or a selector."""
        token, word, following = self._token, self._word, self._peek()
        if word in _AGGREGATES and (
            following.text == "(" or following.text.lower() in {"by", "without"}
        ):
            return self._aggregate(_AGGREGATES[word])
        if following.text == "(":
            return self._call()
        if word in operators.NAMED_NUMBERS:
            self._index += 1
            span = self._span(token.start)
            return ast.Number(number=operators.NAMED_NUMBERS[word], span=span), 1
        if word in operators.RESERVED:
            raise self._unexpected("an expression")
        self._index += 1
        return self._selector(token.text, token.start), 1

    def _call(self) -> tuple[ast.Expression, int]:
        token = self._take()
        if token.text not in functions.SIGNATURES:
            known = [*functions.SIGNATURES, *_AGGREGATES]
            near = difflib.get_close_matches(token.text.lower(), known, 1)
            hint = f"; the nearest is {near[0]}" if near else ""
            raise refusals.InvalidExpression(
                f"expected the name of a function, found {refusals.show(token.text)}"
                f"{hint}",
                self._place(token),
            )
        arguments, depth = self._arguments(token.text)
        node = ast.Call(
            function=token.text, arguments=arguments, span=self._span(token.start)
        )
        return node, depth + 1

    def _arguments(self, where: str) -> tuple[tuple[ast.Expression, ...], int]:
        self._expect("(", f"after {where}")
        arguments: list[ast.Expression] = []
        deepest = 0
        if self._take_if(")"):
            return (), deepest
        while True:
            argument, depth = self._expression()
            arguments.append(argument)
            deepest = max(deepest, depth)
            if self._take_if(")"):
                return tuple(arguments), deepest
            self._expect(",", f"or ')' in the arguments of {where}")

    def _aggregate(self, operator: ast.AggregateOperator) -> tuple[ast.Expression, int]:
        token = self._take()
        grouping = self._grouping()
        arguments, depth = self._arguments(str(operator))
        if grouping is None:
            grouping = self._grouping()
        span = self._span(token.start)
        wanted = 2 if operator in ast.PARAMETRIC else 1
        if len(arguments) != wanted:
            raise refusals.InvalidExpression(
                f"expected {wanted} argument(s) for {operator}, found {len(arguments)}",
                span,
            )
        node = ast.Aggregate(
            operator=operator,
            operand=arguments[-1],
            parameter=arguments[0] if wanted > 1 else None,
            grouping=grouping,
            span=span,
        )
        return node, depth + 1


def _is_modified(node: ast.VectorSelector) -> bool:
    return node.offset_seconds != 0 or node.at is not None
