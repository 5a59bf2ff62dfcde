"""Label texts that satisfy matchers, and texts that do not."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from sightline.promql import ast, patterns
from sightline.proofs import charts

__all__ = ["satisfying", "violating"]

_USUAL: Final = {"status": "200", "code": "200", "le": "+Inf", "method": "GET"}
"""Texts that read well where nothing else is asked for."""

_CLASS: Final = re.compile(r"\[(\^?)(\]?[^\]]*)\]|\\([dwsDWS])|(\\?.)", re.DOTALL)
_TIMES: Final = re.compile(r"[*+?]\??|\{(\d+)(?:,\d*)?\}\??")


def satisfying(label: str, matchers: Sequence[ast.Matcher]) -> str | None:
    """Gives a text for `label` that meets its matchers; `None` when none was found.

    An empty text means that the series must not have the label.
    """
    return next(
        (text for text in _candidates(label, matchers) if _meets(matchers, text)),
        None,
    )


def violating(label: str, matcher: ast.Matcher) -> str | None:
    """Gives a text for `label` that does not meet the matcher."""
    texts = (*_plain(label), "")
    return next(
        (text for text in texts if not charts.matches_pattern(matcher, text)), None
    )


def _meets(matchers: Sequence[ast.Matcher], text: str) -> bool:
    return all(charts.matches_pattern(matcher, text) for matcher in matchers)


def _plain(label: str) -> Sequence[str]:
    usual = _USUAL.get(label)
    first = (usual,) if usual else ()
    return (*first, f"{label}-1", "other", f"{label}-2", "1", "0", "/other")


def _candidates(label: str, matchers: Sequence[ast.Matcher]) -> Iterator[str]:
    for matcher in matchers:
        if matcher.operator is ast.MatchOperator.EQUAL:
            yield matcher.pattern
        elif matcher.operator is ast.MatchOperator.REGEX:
            yield from _spelled(matcher.pattern)
    yield from _plain(label)
    yield ""


def _spelled(pattern: str) -> Iterator[str]:
    known = patterns.alternatives(pattern)
    if known is not None:
        yield from known
        return
    for filler in ("1", "a", "A"):
        yield _spell(pattern, filler)


def _spell(pattern: str, filler: str) -> str:
    """Gives one text that a pattern most probably matches."""
    text = pattern.removeprefix("^").removesuffix("$")
    while (
        group := re.search(r"\((?:\?[:imsP][^)]*?[:>)])?([^()]*)\)", text)
    ) is not None:
        inside = group.group(1).split("|")[0]
        text = text[: group.start()] + _one(inside, filler) + text[group.end() :]
        text = re.sub(r"\x00[*+?]\??|\x00\{\d+(,\d*)?\}", "", text)
    return _one(text.split("|")[0], filler).replace("\x00", "")


def _one(text: str, filler: str) -> str:
    found, position = [], 0
    while (part := _CLASS.match(text, position)) is not None:
        position = part.end()
        letter = _letter(part, filler)
        times = _TIMES.match(text, position)
        if times is not None:
            position = times.end()
            letter *= int(times.group(1) or 1)
        found.append(letter)
    return "".join(found)


def _letter(part: re.Match[str], filler: str) -> str:
    negated, inside, escape, plain = part.groups()
    if inside is not None:
        return _member(inside, filler, is_negated=bool(negated))
    if escape is not None:
        return {"d": "1", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a"}[escape]
    if plain == ".":
        return filler
    return plain.removeprefix("\\") if len(plain) > 1 else plain.strip("^$")


def _member(inside: str, filler: str, *, is_negated: bool) -> str:
    if not is_negated:
        return {"\\d": "1", "\\w": "a", "\\s": " "}.get(inside[:2], inside[0])
    return next((one for one in (filler, "a", "1", "-") if one not in inside), "~")
