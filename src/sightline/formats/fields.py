"""Reading a mapping key by key: what is wrong with a key is reported with its place."""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TypeVar

from sightline.formats import nodes, reporting, texts
from sightline.model import spans, units

__all__ = ["Fields"]

T = TypeVar("T")


class Fields:
    """The keys of one mapping; each is taken once, and the rest is unknown.

    Attributes:
        node: the mapping; empty, and reported, when the file has something else.
        source: the text that it stands in.
        span: where it stands.
    """

    def __init__(
        self,
        node: nodes.Node,
        source: texts.Source,
        reporter: reporting.Reporter,
        *,
        what: str,
    ) -> None:
        self.source = source
        self.span = node.span
        self._reporter = reporter
        self._what = what
        self._taken: set[str] = set()
        if isinstance(node, nodes.MappingNode):
            self.node = node
        else:
            self.node = nodes.MappingNode(pairs={}, span=node.span)
            self._expected("a mapping", node)

    def __contains__(self, key: str) -> bool:
        return key in self.node.pairs

    def key_span(self, key: str) -> spans.Span:
        """Gives where a key stands; the mapping's place without that key."""
        pair = self.node.pairs.get(key)
        return self.span if pair is None else pair.key_span

    def take(self, key: str) -> nodes.Node | None:
        """Gives what stands behind a key; `None` without the key, or behind it."""
        self._taken.add(key)
        pair = self.node.pairs.get(key)
        if pair is None:
            return None
        match pair.node:
            case nodes.ScalarNode(content=None, text=text) if not text:
                return None
            case node:
                return node

    def text(self, key: str) -> texts.Text | None:
        """Gives a scalar as text; what is no scalar is reported."""
        node = self.take(key)
        if node is None:
            return None
        return self._as_text(node, f"text as {key!r}")

    def require(self, key: str) -> texts.Text | None:
        """Gives a scalar as text; its absence is reported."""
        text = self.text(key)
        if text is None and key not in self.node.pairs:
            self._reporter.error(
                "missing",
                self.span,
                f"expected {key!r} in {self._what}, found none",
                f"add `{key}:`",
            )
        return text

    def duration(self, key: str) -> texts.Placed[units.Duration] | None:
        """Gives a duration such as `5m`; what is none is reported."""
        return self._read(key, units.Duration.parse, "a duration such as '5m'")

    def whole(self, key: str) -> texts.Placed[int] | None:
        """Gives a whole number; what is none is reported."""
        return self._read(key, int, "a whole number")

    def flag(self, key: str, *, default: bool) -> bool:
        """Gives a truth value; what is none is reported."""
        found = self._read(key, _read_flag, "true or false")
        return default if found is None else found.content

    def named_texts(self, key: str) -> Mapping[str, texts.Text]:
        """Gives a mapping of names to texts, such as labels; empty without the key."""
        node = self.take(key)
        if node is None:
            return {}
        if not isinstance(node, nodes.MappingNode):
            self._expected(f"a mapping as {key!r}", node)
            return {}
        found = (
            (name, self._as_text(pair.node, f"text as {name!r}"))
            for name, pair in node.pairs.items()
        )
        return {name: text for name, text in found if text is not None}

    def items(self, key: str) -> tuple[nodes.Node, ...]:
        """Gives the items of a list; nothing without the key."""
        node = self.take(key)
        if node is None:
            return ()
        if isinstance(node, nodes.SequenceNode):
            return node.items
        self._expected(f"a list as {key!r}", node)
        return ()

    def list_of_texts(self, key: str) -> tuple[texts.Text, ...]:
        """Gives a list of texts, such as matchers; nothing without the key."""
        found = (self._as_text(node, f"text in {key!r}") for node in self.items(key))
        return tuple(text for text in found if text is not None)

    def inner(self, key: str, *, what: str) -> "Fields | None":
        """Gives the mapping behind a key; `None` without it."""
        node = self.take(key)
        if node is None:
            return None
        return Fields(node, self.source, self._reporter, what=what)

    def each(self, key: str, *, what: str) -> "Iterator[Fields]":
        """Gives each mapping of the list behind a key."""
        for node in self.items(key):
            yield Fields(node, self.source, self._reporter, what=what)

    def refuse_others(self, known: Collection[str] = ()) -> None:
        """Reports the keys that nobody took and that are not `known` either."""
        names = self._taken | set(known)
        for key, pair in self.node.pairs.items():
            if key not in names:
                self._reporter.error(
                    "unknown",
                    pair.key_span,
                    f"expected a key of {self._what}, found {key!r}",
                    reporting.suggest(key, names, plural="keys"),
                )

    def _read(
        self, key: str, parse: Callable[[str], T], expected: str
    ) -> texts.Placed[T] | None:
        text = self.text(key)
        if text is None:
            return None
        try:
            return texts.Placed(content=parse(text.text), span=text.span)
        except ValueError:
            self._reporter.error(
                "type",
                text.span,
                f"expected {expected} as {key!r}, found {text.text!r}",
            )
            return None

    def _as_text(self, node: nodes.Node, expected: str) -> texts.Text | None:
        if isinstance(node, nodes.ScalarNode):
            return texts.Text.of(node, self.source)
        self._expected(expected, node)
        return None

    def _expected(self, expected: str, node: nodes.Node) -> None:
        self._reporter.error(
            "type",
            node.span,
            f"expected {expected} in {self._what}, found {nodes.describe(node)}",
        )


def _read_flag(text: str) -> bool:
    if text in {"true", "false"}:
        return text == "true"
    raise ValueError(text)
