"""Alertmanager's matchers: conditions on the labels of an alert."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sightline.formats import fields, reporting, texts
from sightline.model import spans

__all__ = ["Matcher", "match_all", "read"]

_WORD: Final = r'"(?:[^"\\]|\\.)*"|[^\s=!~,{}"]+'
_MATCHER: Final = re.compile(
    rf"\s*(?P<label>{_WORD})\s*(?P<sign>=~|!~|!=|=)\s*"
    r'(?P<pattern>"(?:[^"\\]|\\.)*"|[^",{}]*?)\s*(?:,|$)',
    re.DOTALL,
)
_LONGEST: Final = 5_000
_NESTED: Final = re.compile(r"\([^()]*[*+}][^()]*\)[*+{]|[*+}][*+{]")
"""A repetition within a repetition: Alertmanager reads it at once, Python may not."""

_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED: Final = {"n": "\n", '"': '"', "\\": "\\"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Matcher:
    """A condition on one label; a label that an alert does not have is empty.

    Attributes:
        sign: `=`, `!=`, `=~` or `!~`.
        regex: the pattern as it matches, of the last two; `None` when Python cannot
            read it in a bounded time.
    """

    label: str
    sign: str
    pattern: str
    span: spans.Span
    regex: re.Pattern[str] | None = None

    @property
    def is_known(self) -> bool:
        """Whether it can be said what it matches."""
        return self.sign in {"=", "!="} or self.regex is not None

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether an alert with these labels meets the condition."""
        found = labels.get(self.label, "")
        if self.sign in {"=", "!="}:
            holds = found == self.pattern
        else:
            holds = self.regex is not None and self.regex.fullmatch(found) is not None
        return holds is not self.sign.startswith("!")

    def __str__(self) -> str:
        """Writes it as Alertmanager reads it."""
        return f'{self.label}{self.sign}"{self.pattern}"'


def match_all(conditions: Iterable[Matcher], labels: Mapping[str, str]) -> bool:
    """Whether an alert with these labels meets every condition."""
    return all(condition.matches(labels) for condition in conditions)


def read(
    entry: fields.Fields, reporter: reporting.Reporter, *, prefix: str = ""
) -> tuple[Matcher, ...]:
    """Gives the conditions of a route or of one side of an inhibit rule.

    Args:
        entry: has them as `matchers`, or as the older `match` and `match_re`.
        reporter: hears of those that cannot be read.
        prefix: `source_` or `target_` in inhibit rules.
    """
    found = [
        matcher
        for text in entry.list_of_texts(f"{prefix}matchers")
        for matcher in _parse(text, reporter)
    ]
    for key, sign in ((f"{prefix}match", "="), (f"{prefix}match_re", "=~")):
        found += [
            _make(label, sign, text.text, text.span, reporter)
            for label, text in entry.named_texts(key).items()
        ]
    return tuple(found)


def _parse(text: texts.Text, reporter: reporting.Reporter) -> Iterator[Matcher]:
    written = text.text.strip().removeprefix("{").removesuffix("}")
    position = 0
    while position < len(written):
        found = _MATCHER.match(written, position) if len(written) < _LONGEST else None
        if found is None or found.end() == position:
            reporter.error(
                "matcher",
                text.span,
                f"expected conditions such as 'priority=\"P0\"', found {text.text!r}",
            )
            return
        label, pattern = _unquote(found["label"]), _unquote(found["pattern"])
        yield _make(label, found["sign"], pattern, text.span, reporter)
        position = found.end()


def _make(
    label: str, sign: str, pattern: str, span: spans.Span, reporter: reporting.Reporter
) -> Matcher:
    regex = None
    if sign in {"=~", "!~"} and not _NESTED.search(pattern):
        try:
            regex = re.compile(pattern, re.DOTALL)
        except (re.error, RecursionError, OverflowError):
            reporter.error(
                "matcher", span, f"expected a regular expression, found {pattern!r}"
            )
    return Matcher(label=label, sign=sign, pattern=pattern, span=span, regex=regex)


def _unquote(word: str) -> str:
    if not word.startswith('"'):
        return word
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[0]), word[1:-1])
