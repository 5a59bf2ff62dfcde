"""YAML text → nodes, within limits, with every mistake that the text has.

Events of PyYAML are composed here rather than by its own composer, because that
one recurses without a limit, expands aliases without a limit, keeps the last of
two equal keys and takes `yes` and `1:30` for a truth value and a number.
"""

import functools
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NoReturn, Protocol

import yaml

from sightline.formats import nodes, reporting, texts
from sightline.model import spans

__all__ = ["NATIVE", "SPEC", "Limits", "compose", "compose_all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a file may ask for, so that none can exhaust the machine.

    Attributes:
        depth: levels of nesting.
        aliased_nodes: how many values its aliases may repeat, in all.
        nodes: values, lists and mappings, in all; 10,000 rules have half of that.
    """

    depth: int
    aliased_nodes: int = 10_000
    nodes: int = 1_000_000


SPEC: Final = Limits(depth=32)
NATIVE: Final = Limits(depth=64)
"""Room for the schemas in custom resource definitions, the deepest files in use."""

_MOST_REREAD: Final = 300_000
"""The slow parser needs a few seconds for so many characters."""

_FAST_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_INTEGER: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_FLOAT: Final = re.compile(
    r"[-+]?[0-9]{1,30}(?:\.[0-9]{1,30})?(?:[eE][-+]?[0-9]{1,3})?"
)
_WORDS: Final = {"": None, "~": None, "null": None, "true": True, "false": False}

_HINTS: Final = {
    "mapping values are not allowed": (
        "put text that contains ': ' in quotes, and indent keys of one mapping alike"
    ),
    "could not find expected ':'": "write `key: value`, with a space after the colon",
    "expected <block end>": "indent the entries of one list or mapping alike",
    "or ']', but got '<stream end>'": "close the list with ']'",
    "or '}', but got '<stream end>'": "close the mapping with '}'",
    "but got '{'": "put text that contains '{' in quotes, or on a line of its own",
    "unexpected end of stream": "close the quotes",
    "cannot start any token": "put the text in quotes",
}
"""What to do about the parser's commonest complaints, by a part of their words."""


class _Mark(Protocol):
    """A place as both of PyYAML's parsers give it; all of it counts from 0."""

    index: int
    line: int
    column: int


class _Unusable(Exception):
    """The rest of the text cannot be read; the reason is reported already.

    It never leaves this module.
    """


def compose(
    source: texts.Source, reporter: reporting.Reporter, limits: Limits = SPEC
) -> nodes.Node | None:
    """Gives the one document in a text; `None` when it cannot be read to its end.

    An empty text is a node that holds nothing.

    Duplicate keys and the like are reported and composing goes on, so that a
    reader sees all of them at once.
    """
    documents = _compose(source, reporter, limits, is_single=True)
    if documents is None:
        return None
    nothing = nodes.ScalarNode(text="", content=None, span=source.at(0))
    return documents[0] if documents else nothing


def compose_all(
    source: texts.Source, reporter: reporting.Reporter, limits: Limits = NATIVE
) -> tuple[nodes.Node, ...] | None:
    """Gives every document of a stream, such as the output of `helm template`.

    `None`, reported, when it cannot be read to its end.
    """
    return _compose(source, reporter, limits, is_single=False)


def _compose(
    source: texts.Source,
    reporter: reporting.Reporter,
    limits: Limits,
    *,
    is_single: bool,
) -> tuple[nodes.Node, ...] | None:
    attempt = functools.partial(_attempt, source, reporter, limits, is_single=is_single)
    try:
        return attempt(_FAST_LOADER)
    except yaml.YAMLError as error:
        if len(source.text) > _MOST_REREAD:
            _report_syntax(error, source, reporter)
            return None
        # libyaml words its errors in another way: let one parser speak.
    try:
        return attempt(yaml.SafeLoader)
    except yaml.YAMLError as error:
        _report_syntax(error, source, reporter)
    return None


def _attempt(
    source: texts.Source,
    reporter: reporting.Reporter,
    limits: Limits,
    loader: type[yaml.SafeLoader],
    *,
    is_single: bool,
) -> tuple[nodes.Node, ...] | None:
    """Composes with one parser; reports nothing when that parser gives up."""
    found = reporting.Reporter(reporter.family)
    events = iter(yaml.parse(source.text, Loader=loader))
    composer = _Composer(events, source, found, limits)
    try:
        documents = composer.compose(is_single=is_single)
    except _Unusable:
        documents = None
    reporter.extend(found.findings)
    return documents


def _report_syntax(
    error: yaml.YAMLError, source: texts.Source, reporter: reporting.Reporter
) -> None:
    if not isinstance(error, yaml.MarkedYAMLError):
        reporter.error(
            "encoding", source.at(0), "expected YAML, found unprintable text"
        )
        return
    place = source.at(_offset(error.problem_mark or error.context_mark))
    problem = error.problem or "text that is no YAML"
    if "'\\t'" in problem:
        reporter.error(
            "syntax", place, "expected spaces, found a tab", "indent with spaces only"
        )
        return
    reporter.error(
        "syntax",
        place,
        f"expected YAML, found a mistake: {problem}{_context(error)}",
        _hint(problem),
    )


def _context(error: yaml.MarkedYAMLError) -> str:
    """Says what was being read, and where that begins when it is another line."""
    if not error.context:
        return ""
    begin, end = error.context_mark, error.problem_mark
    is_elsewhere = begin is not None and end is not None and begin.line != end.line
    since = f" that begins in line {begin.line + 1}" if begin and is_elsewhere else ""
    return f" ({error.context}{since})"


def _hint(problem: str) -> str:
    for part, hint in _HINTS.items():
        if part in problem:
            return hint
    return "check quotes, brackets and indentation around this place"


def _offset(mark: _Mark | None) -> int:
    return 0 if mark is None else mark.index


class _Composer:
    """Turns events into nodes; bounded in depth and in what aliases expand to."""

    def __init__(
        self,
        events: Iterator[yaml.Event],
        source: texts.Source,
        reporter: reporting.Reporter,
        limits: Limits,
    ) -> None:
        self._events = events
        self._source = source
        self._limits = limits
        self._reporter = reporter
        self._anchors: dict[str, tuple[nodes.Node, int]] = {}
        self._open_anchors: set[str] = set()
        self._count = 0
        self._aliased = 0

    def compose(self, *, is_single: bool) -> tuple[nodes.Node, ...]:
        """Reads the stream: its documents, none for an empty one."""
        documents: list[nodes.Node] = []
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                self._anchors.clear()
                if is_single and documents:
                    self._refuse(
                        event,
                        "expected one document, found a second one",
                        "remove `---`",
                    )
            if isinstance(event, yaml.NodeEvent):
                documents.append(self._node(event, depth=1))
        return tuple(documents)

    def _node(self, event: yaml.Event, *, depth: int) -> nodes.Node:
        if depth > self._limits.depth:
            self._refuse(
                event,
                f"expected at most {self._limits.depth} levels of nesting, found more",
                "write it flatter",
            )
        if self._count > self._limits.nodes:
            self._refuse(
                event,
                f"expected at most {self._limits.nodes:,} values, found more",
                "split the file",
            )
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            return self._anchored(event, depth=depth)
        raise AssertionError(f"an event that begins no node: {event}")

    def _anchored(
        self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, *, depth: int
    ) -> nodes.Node:
        before, anchor = self._count, event.anchor
        self._count += 1
        self._check_tag(event)
        if anchor is not None:
            self._open_anchors.add(anchor)
        node = self._content(event, depth=depth)
        if anchor is not None:
            self._open_anchors.discard(anchor)
            self._anchors[anchor] = (node, self._count - before)
        return node

    def _content(
        self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, *, depth: int
    ) -> nodes.Node:
        span = self._span(event)
        if isinstance(event, yaml.ScalarEvent):
            content = event.value if event.style else _read_plain(event.value)
            return nodes.ScalarNode(
                text=event.value,
                content=content,
                span=span,
                start=_offset(event.start_mark),
                style=event.style or "",
            )
        if isinstance(event, yaml.SequenceStartEvent):
            items = tuple(self._items(depth=depth + 1))
            return nodes.SequenceNode(items=items, span=span)
        pairs = self._pairs(depth=depth + 1)
        return nodes.MappingNode(pairs=pairs, span=span)

    def _items(self, *, depth: int) -> Iterator[nodes.Node]:
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                return
            yield self._node(event, depth=depth)

    def _pairs(self, *, depth: int) -> dict[str, nodes.Pair]:
        pairs: dict[str, nodes.Pair] = {}
        merged: dict[str, nodes.Pair] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event, depth=depth)
            node = self._node(next(self._events), depth=depth)
            pair = nodes.Pair(key_span=self._span(event), node=node)
            if key == "<<" and not getattr(event, "style", None):
                merged = self._merged(pair) | merged
            elif key is not None and key in pairs:
                self._report_duplicate(key, pair, pairs[key])
            elif key is not None:
                pairs[key] = pair
        return pairs | {key: merged[key] for key in merged if key not in pairs}

    def _key(self, event: yaml.Event, *, depth: int) -> str | None:
        if isinstance(event, yaml.ScalarEvent):
            if event.anchor is None:
                self._count += 1
                self._check_tag(event)
            else:
                self._node(event, depth=depth)
            return event.value
        self._report(
            "type",
            event,
            "expected a word as the key, found something else",
            "write text; in quotes if it begins with a bracket",
        )
        self._node(event, depth=depth)
        return None

    def _merged(self, pair: nodes.Pair) -> dict[str, nodes.Pair]:
        node = pair.node
        sources = node.items if isinstance(node, nodes.SequenceNode) else (node,)
        merged: dict[str, nodes.Pair] = {}
        for source in sources:
            if isinstance(source, nodes.MappingNode):
                merged = dict(source.pairs) | merged
            else:
                self._reporter.error(
                    "type",
                    source.span,
                    "expected a mapping to merge with `<<`, "
                    f"found {nodes.describe(source)}",
                    "write `<<: *anchor` with the anchor of a mapping",
                )
        return merged

    def _report_duplicate(self, key: str, again: nodes.Pair, first: nodes.Pair) -> None:
        self._reporter.error(
            "duplicate",
            again.key_span,
            f"expected each key once, found {key!r} again",
            f"it is given in line {first.key_span.line} already; keep one of them",
        )

    def _alias(self, event: yaml.AliasEvent) -> nodes.Node:
        anchor = event.anchor or ""
        if anchor in self._open_anchors:
            self._refuse(
                event,
                f"expected an anchor that is complete, found *{anchor} inside what"
                " it names",
                "an anchor cannot contain itself",
            )
        if anchor not in self._anchors:
            self._refuse(
                event,
                f"expected the name of an anchor above, found *{anchor}",
                reporting.suggest(anchor, self._anchors, plural="anchors"),
            )
        node, size = self._anchors[anchor]
        self._count += size
        self._aliased += size
        limit = self._limits.aliased_nodes
        if self._aliased > limit:
            self._refuse(
                event,
                f"expected aliases that repeat at most {limit:,} values, found more",
                "write the values out, or split the file",
            )
        return node

    def _check_tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.tag not in {None, "!"}:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._report(
                "syntax",
                event,
                f"expected plain YAML, found the tag {tag!r}",
                "remove the tag",
            )

    def _span(self, event: yaml.Event) -> spans.Span:
        return self._source.at(_offset(event.start_mark))

    def _report(self, check: str, event: yaml.Event, message: str, hint: str) -> None:
        self._reporter.error(check, self._span(event), message, hint)

    def _refuse(self, event: yaml.Event, message: str, hint: str) -> NoReturn:
        self._report("syntax", event, message, hint)
        raise _Unusable


def _read_plain(text: str) -> str | int | float | bool | None:
    """Reads an unquoted scalar: YAML 1.2's core schema, without its odd corners."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and math.isfinite(number := float(text)):
        return number
    return text
