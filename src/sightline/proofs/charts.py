"""The input of a scenario: which series there are, and what each does over time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sightline.promql import ast, patterns
from sightline.proofs.courses import Course
from sightline.proofs.vectors import Labels

__all__ = ["Chart", "Recording", "Series", "equal_labels", "matches", "matches_pattern"]


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """The identity of an input series."""

    name: str
    labels: Labels

    def render(self) -> str:
        """Writes it as promtool reads it."""
        texts = ",".join(
            f"{name}={_quote(text)}"
            for name, text in sorted(self.labels.items())
            if text
        )
        return f"{self.name}{{{texts}}}" if texts else self.name


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """A recording rule that makes series out of the input."""

    name: str
    labels: Labels
    expression: ast.Expression


@dataclass(slots=True)
class Chart:
    """Series with their courses, and the rules that record more of them.

    Attributes:
        series: the input series.
        courses: what each does, in the same order; replaced as a search goes on.
        recorded: the recording rules by the name of what they record.
        interval: seconds between samples.
    """

    series: Sequence[Series]
    courses: Sequence[Course]
    recorded: Mapping[str, Sequence[Recording]]
    interval: float
    _selected: dict[ast.VectorSelector, Sequence[int]] = field(default_factory=dict)

    def select(self, node: ast.VectorSelector) -> Iterator[tuple[Labels, Course]]:
        """Gives the input series that a selector selects."""
        chosen = self._selected.get(node)
        if chosen is None:
            chosen = [
                number
                for number, one in enumerate(self.series)
                if _is_named(node, one.name) and matches(node.matchers, one.labels)
            ]
            self._selected[node] = chosen
        return ((self.series[n].labels, self.courses[n]) for n in chosen)

    def recordings(self, node: ast.VectorSelector) -> Iterator[Recording]:
        """Gives the recording rules that a selector may read."""
        if node.metric is not None:
            return iter(self.recorded.get(node.metric, ()))
        return (
            one
            for name, rules in self.recorded.items()
            if _is_named(node, name)
            for one in rules
        )


def _is_named(node: ast.VectorSelector, name: str) -> bool:
    if node.name is not None:
        return node.name == name
    return all(
        matches_pattern(matcher, name)
        for matcher in node.matchers
        if matcher.label == "__name__"
    )


def matches(matchers: Sequence[ast.Matcher], labels: Labels) -> bool:
    """Whether labels meet all conditions; a label that is not there is empty."""
    return all(
        matches_pattern(matcher, labels.get(matcher.label, ""))
        for matcher in matchers
        if matcher.label != "__name__"
    )


def matches_pattern(matcher: ast.Matcher, text: str) -> bool:
    """Whether a label's text meets one condition."""
    match matcher.operator:
        case ast.MatchOperator.EQUAL:
            return text == matcher.pattern
        case ast.MatchOperator.NOT_EQUAL:
            return text != matcher.pattern
        case ast.MatchOperator.REGEX:
            return _accepts(matcher.pattern, text)
        case ast.MatchOperator.NOT_REGEX:
            return not _accepts(matcher.pattern, text)


def _accepts(pattern: str, text: str) -> bool:
    test = patterns.accepts(pattern)
    return test is not None and test(text)


def equal_labels(node: ast.Expression) -> dict[str, str]:
    """Gives the labels that `absent` takes from the selector that it is asked about."""
    while isinstance(node, ast.Parenthesis):
        node = node.operand
    if isinstance(node, ast.MatrixSelector):
        node = node.selector
    if not isinstance(node, ast.VectorSelector):
        return {}
    equal = [m for m in node.matchers if m.operator is ast.MatchOperator.EQUAL]
    others = [m.label for m in node.matchers if m not in equal]
    names = [m.label for m in equal] + others
    return {
        m.label: m.pattern
        for m in equal
        if names.count(m.label) == 1 and m.label != "__name__" and m.pattern
    }


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
