"""What is no expression by itself: selectors, groupings, and matching modifiers."""

from typing import Final

from sightline.promql import ast, cursor, lexing, operators, refusals, templating

__all__ = ["Clauses"]

_MATCH_OPERATORS: Final = {str(operator): operator for operator in ast.MatchOperator}


class Clauses(cursor.Cursor):
    """Reads selectors and the modifiers that list labels.

    What begins with a word of its own gives `None` where that word does not follow.
    """

    def _selector(self, name: str | None, start: int) -> ast.VectorSelector:
        matchers: list[ast.Matcher] = []
        written = name
        if self._take_if("{"):
            while not self._take_if("}"):
                token = self._token
                if token.kind == "string" and self._peek().text in {",", "}"}:
                    if name is not None:
                        raise self._unexpected(f"one name, {name!r} was the first")
                    name = lexing.unquote(self._take())
                else:
                    matcher = self._matcher()
                    if written is not None and matcher.label == "__name__":
                        raise refusals.InvalidExpression(
                            f"expected one name, {written!r} was the first",
                            matcher.span,
                        )
                    matchers.append(matcher)
                if not self._follows("}"):
                    self._expect(",", "or '}' between matchers")
        return ast.VectorSelector(
            name=name, matchers=tuple(matchers), span=self._span(start)
        )

    def _matcher(self) -> ast.Matcher:
        token = self._token
        if token.kind == "string":
            label = lexing.unquote(token)
        elif self._is_label():
            label = token.text
        else:
            raise self._unexpected("a label or '}'")
        self._index += 1
        operator = _MATCH_OPERATORS.get(self._token.text)
        if operator is None or self._token.kind != "symbol":
            raise self._unexpected("one of = != =~ !~ behind a label")
        self._index += 1
        if self._token.kind != "string":
            raise self._unexpected(f"a text in quotes behind {label}{operator}")
        pattern = lexing.unquote(self._take())
        return ast.Matcher(
            label=label,
            operator=operator,
            pattern=pattern,
            is_templated=self._filled.has_variables
            and bool(templating.find_variables(pattern)),
            span=self._span(token.start),
        )

    def _grouping(self) -> ast.Grouping | None:
        word, start = self._word, self._token.start
        if word not in {"by", "without"}:
            return None
        self._index += 1
        labels = self._labels(word)
        return ast.Grouping(
            labels=labels, is_without=word == "without", span=self._span(start)
        )

    def _matching(self) -> ast.Matching | None:
        word, start = self._word, self._token.start
        if word not in {"on", "ignoring"}:
            return None
        self._index += 1
        labels = self._labels(word)
        group = self._group()
        return ast.Matching(
            labels=labels,
            is_ignoring=word == "ignoring",
            group=group,
            span=self._span(start),
        )

    def _group(self) -> ast.Group | None:
        word, start = self._word, self._token.start
        if word not in {"group_left", "group_right"}:
            return None
        self._index += 1
        include = self._labels(word) if self._follows("(") else ()
        many = ast.Side.LEFT if word == "group_left" else ast.Side.RIGHT
        return ast.Group(many=many, include=include, span=self._span(start))

    def _fill(self) -> ast.Fill | None:
        start = self._token.start
        sides: dict[ast.Side, float] = {}
        while self._word in {"fill", "fill_left", "fill_right"}:
            if self._peek().text != "(":
                break
            word = self._take().text.lower()
            self._expect("(", f"after {word}")
            number = self._signed_number(f"in {word}")
            self._expect(")", f"after the number in {word}")
            if word != "fill_right":
                sides[ast.Side.LEFT] = number
            if word != "fill_left":
                sides[ast.Side.RIGHT] = number
        if not sides:
            return None
        left, right = sides.get(ast.Side.LEFT), sides.get(ast.Side.RIGHT)
        return ast.Fill(left=left, right=right, span=self._span(start))

    def _labels(self, where: str) -> tuple[str, ...]:
        self._expect("(", f"after {where}")
        labels: list[str] = []
        while not self._take_if(")"):
            token = self._token
            if token.kind == "string":
                labels.append(lexing.unquote(token))
            elif self._is_label() and self._word not in operators.NO_LABELS:
                labels.append(token.text)
            else:
                raise self._unexpected(f"a label or ')' in {where}")
            self._index += 1
            if not self._follows(")"):
                self._expect(",", f"or ')' between the labels of {where}")
        return tuple(labels)

    def _is_label(self) -> bool:
        return self._token.kind == "word" and ":" not in self._token.text
