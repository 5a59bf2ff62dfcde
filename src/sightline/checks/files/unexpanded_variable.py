"""An environment variable in a file whose reader never expands it.

Why: Alertmanager and Prometheus take `$PAGERDUTY_KEY` for the key itself: the
configuration loads, and every page is refused. Only `external_labels` of Prometheus
are expanded.

Bad::

    pagerduty_configs: [{routing_key: $PAGERDUTY_KEY}]

Good::

    pagerduty_configs: [{routing_key_file: /etc/alertmanager/pagerduty-key}]
"""

import re
from collections.abc import Iterator
from typing import Final

from sightline.checks import declarations, subjects
from sightline.formats import nodes, texts
from sightline.model import findings

__all__ = ["CHECK", "find"]

_VARIABLE: Final = re.compile(r"\$(?:\{[A-Za-z_]\w*\}|[A-Z][A-Z0-9_]+\b)")
_EXPANDED: Final = frozenset({"external_labels"})
_PATTERNS: Final = frozenset({"replacement", "regex"})
"""Where `$1` and `${name}` are groups of a regular expression."""

_LONGEST: Final = 20_000


def find(subject: subjects.Subject) -> Iterator[declarations.Problem]:
    """Gives `$NAME` and `${NAME}` in configurations."""
    for config in subject.configurations:
        for text in _scalars(config.node, config.source):
            if "$" not in text.text or len(text.text) > _LONGEST:
                continue
            bare = re.sub(r"\{\{.*?\}\}", lambda one: " " * len(one[0]), text.text)
            for found in _VARIABLE.finditer(bare):
                yield declarations.Problem(
                    span=text.place(found.start(), found.end()),
                    message="expected the value itself, found "
                    f"{found[0]}, which nobody expands here",
                    hint="name a file with it (`…_file`), or fill it in before the "
                    "file is loaded",
                )


def _scalars(node: nodes.Node, source: texts.Source) -> Iterator[texts.Text]:
    match node:
        case nodes.ScalarNode():
            yield texts.Text.of(node, source)
        case nodes.SequenceNode():
            for item in node.items:
                yield from _scalars(item, source)
        case nodes.MappingNode():
            for key, pair in node.pairs.items():
                if key not in _EXPANDED | _PATTERNS:
                    yield from _scalars(pair.node, source)


CHECK: Final = declarations.Check(
    name="unexpanded-variable",
    summary="an environment variable that nobody expands",
    severity=findings.FindingSeverity.ERROR,
    find=find,
)
