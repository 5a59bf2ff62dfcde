"""The regular expressions of matchers: RE2, anchored at both ends."""

import functools
import re
import warnings
from collections.abc import Callable
from typing import Final

from sightline.promql import ast, refusals

__all__ = ["accepts", "alternatives", "find_mistake", "groups", "matches_absence"]

_NOT_IN_RE2: Final = (
    (re.compile(r"\(\?<?[=!]"), "a look-around, which RE2 does not have"),
    (re.compile(r"\(\?>"), "an atomic group, which RE2 does not have"),
    (re.compile(r"\(\?P="), "a back-reference, which RE2 does not have"),
    (re.compile(r"\\[1-9]"), "a back-reference, which RE2 does not have"),
)
_ESCAPED_OR_CLASS: Final = re.compile(r"\\[^1-9pPQzC]|\[\^?\]?(?:\\.|[^\]\\])*\]")
_ONLY_RE2: Final = re.compile(
    r"\\[pPQEzC]|\[\[:|\(\?[a-zA-Z]*[UR]|(?<!^)\(\?[a-zA-Z]+\)|\(\?<[A-Za-z]"
)
"""What RE2 has and Python has not, or reads otherwise."""

_MOST_REPETITIONS: Final = 6
_LONGEST: Final = 2_000

_LITERAL: Final = re.compile(r"(?:[\w\-/:@%&=~,;<>!\"' ]|\\[^\w])*")
_GROUPED: Final = re.compile(
    r"(?P<before>(?:[^\\()|\[\]{}.*+?^$]|\\\W)*)\((?:\?:)?"
    r"(?P<inside>(?:[^\\()\[\]{}.*+?^$]|\\\W)*)\)"
    r"(?P<after>(?:[^\\()|\[\]{}.*+?^$]|\\\W)*)"
)


@functools.lru_cache(maxsize=4096)
def find_mistake(pattern: str) -> str | None:
    """Says what makes `pattern` no regular expression for Prometheus, or `None`.

    Of a pattern longer than people write, nothing is said.
    """
    if len(pattern) > _LONGEST:
        return None
    bare = _ESCAPED_OR_CLASS.sub("x", pattern)
    for mistake, meaning in _NOT_IN_RE2:
        if mistake.search(bare):
            return meaning
    if _ONLY_RE2.search(pattern):
        return None
    try:
        _compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"{refusals.show(pattern)}: {error}"
    return None


@functools.lru_cache(maxsize=4096)
def alternatives(pattern: str) -> tuple[str, ...] | None:
    """Gives the texts that `pattern` matches when it spells them out.

    `a|b` and `node-(1|2)` do; `None` for a pattern with anything else in it.
    """
    parts = pattern.split("|")
    if all(_LITERAL.fullmatch(part) for part in parts):
        return tuple(_unescape(part) for part in parts)
    grouped = _GROUPED.fullmatch(pattern)
    if grouped is None:
        return None
    before, inside, after = grouped.group("before", "inside", "after")
    return tuple(_unescape(before + one + after) for one in inside.split("|"))


@functools.lru_cache(maxsize=4096)
def accepts(pattern: str) -> Callable[[str], bool] | None:
    """Gives the test that `pattern` makes; `None` when it cannot be made here.

    A pattern that could take very long is not tried.
    """
    known = alternatives(pattern)
    if known is not None:
        return frozenset(known).__contains__
    if _ONLY_RE2.search(pattern) or _may_explode(pattern):
        return None
    try:
        compiled = _compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return None
    return lambda text: compiled.fullmatch(text) is not None


def groups(pattern: str, text: str) -> dict[str, str] | None:
    """Gives what the groups of `pattern` hold in `text`, by number and by name.

    `None` when `text` does not match, or when that cannot be found out here.
    """
    if _ONLY_RE2.search(pattern) or _may_explode(pattern):
        return None
    try:
        found = _compile(pattern).fullmatch(text)
    except (re.error, OverflowError, RecursionError):
        return None
    if found is None:
        return None
    numbered = (found[0], *found.groups(default=""))
    named = found.groupdict(default="")
    return {str(number): part for number, part in enumerate(numbered)} | named


def matches_absence(matcher: ast.Matcher) -> bool:
    """Says whether a series without the label is selected.

    What holds a variable is taken to ask for something.
    """
    if matcher.is_templated:
        return False
    match matcher.operator:
        case ast.MatchOperator.EQUAL:
            return matcher.pattern == ""
        case ast.MatchOperator.NOT_EQUAL:
            return matcher.pattern != ""
        case ast.MatchOperator.REGEX:
            return _accepts_nothing(matcher.pattern)
        case ast.MatchOperator.NOT_REGEX:
            return not _accepts_nothing(matcher.pattern)


def _accepts_nothing(pattern: str) -> bool:
    test = accepts(pattern)
    return test is not None and test("")


def _may_explode(pattern: str) -> bool:
    """Whether a backtracking engine could be slow: repetition within repetition."""
    if len(pattern) > _LONGEST:
        return True
    bare = _ESCAPED_OR_CLASS.sub("x", pattern)
    return re.search(r"[*+}]\??\)+[*+{]|\|[^()]*\)[*+{]", bare) is not None or (
        len(re.findall(r"[*+{]", bare)) > _MOST_REPETITIONS
    )


@functools.lru_cache(maxsize=4096)
def _compile(pattern: str) -> re.Pattern[str]:
    with warnings.catch_warnings():
        # "Possible nested set" and the like: fine in RE2, and in Python so far.
        warnings.simplefilter("ignore")
        return re.compile(pattern, re.DOTALL | re.ASCII)


def _unescape(text: str) -> str:
    return re.sub(r"\\(\W)", r"\1", text)
