"""`label_replace` and `label_join`: labels made of labels."""

import itertools
import re
from collections.abc import Sequence
from typing import Final

from sightline.promql import labelsets, patterns

__all__ = ["join_labels", "replace_label"]

_MOST_COMBINATIONS: Final = 200
_REFERENCE: Final = re.compile(r"\$(?:\$|\{?(\w+)\}?)", re.ASCII)
_EVERYTHING: Final = frozenset({"(.*)", ".*", "((?s).*)"})
_WHOLE: Final = frozenset({"$1", "${1}", "$0", "${0}"})


def replace_label(
    target: labelsets.Label, source: labelsets.Label, replacement: str, pattern: str
) -> labelsets.Label:
    """Gives the label that `label_replace` writes, from what it was and its source.

    Where the pattern does not match the source, the label stays as it was.
    """
    values = source.values()
    if values is not None:
        found = [_replace_one(value, target, replacement, pattern) for value in values]
        if found:
            return _join(found)
    if pattern in _EVERYTHING:
        if "$" not in replacement:
            return labelsets.Label.of(replacement)
        if pattern == "(.*)" and replacement in _WHOLE:
            return source
        return labelsets.MAYBE
    written = labelsets.MAYBE if "$" in replacement else labelsets.Label.of(replacement)
    return target.join(written)


def _replace_one(
    value: str, target: labelsets.Label, replacement: str, pattern: str
) -> labelsets.Label:
    accepts = patterns.accepts(pattern)
    if accepts is None:
        return target.join(labelsets.MAYBE)
    if not accepts(value):
        return target
    expanded = _expand(value, replacement, pattern)
    return labelsets.MAYBE if expanded is None else labelsets.Label.of(expanded)


def _expand(value: str, replacement: str, pattern: str) -> str | None:
    """Gives the replacement with its references filled in, as Go fills them."""
    if "$" not in replacement:
        return replacement
    groups = patterns.groups(pattern, value)
    if groups is None:
        return None

    def fill(found: re.Match[str]) -> str:
        name = found[1]
        return "$" if name is None else groups.get(name, "")

    return _REFERENCE.sub(fill, replacement)


def join_labels(sources: Sequence[labelsets.Label], separator: str) -> labelsets.Label:
    """Gives the label that `label_join` writes: the values of others in a row."""
    values = [source.values() for source in sources]
    known = [texts for texts in values if texts is not None]
    combinations = 1
    for texts in known:
        combinations *= len(texts)
    if len(known) == len(values) and combinations <= _MOST_COMBINATIONS:
        rows = itertools.product(*known)
        return labelsets.Label.of(*map(separator.join, rows))
    is_certain = any(source.is_certain for source in sources) or (
        bool(separator) and len(sources) > 1
    )
    return labelsets.Label(None, may_be_absent=not is_certain)


def _join(labels: Sequence[labelsets.Label]) -> labelsets.Label:
    joined = labels[0]
    for label in labels[1:]:
        joined = joined.join(label)
    return joined
