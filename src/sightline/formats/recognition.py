"""What a document is, by what it holds: in a folder of anything, most is not ours.

A file that merely shares a key with ours (`groups`, `receivers`, `route`) would only
give findings about a form that it was never meant to have.
"""

import re
from typing import Final

from sightline.formats import nodes

__all__ = [
    "describe",
    "is_alertmanager_config",
    "is_dashboard",
    "is_nothing",
    "is_prometheus_config",
    "is_rule_file",
    "is_template",
    "seems_ours",
]

_TEMPLATE: Final = re.compile(
    r"<%[=-]?.*?%>|\{\{-?[^{}`]*?\binclude[ ]+\""
    r"|\{\{-?[^{}`]*?(?<![\w.])\$?\.(?:Values|Release|Chart|Capabilities)\b"
)
"""What is left to be rendered: ERB as in BOSH, and what only Helm's templates have."""

_OURS: Final = re.compile(
    r"^[ \t-]*\"?(?:groups|alert|record|receivers|scrape_configs|rule_files|panels"
    r"|schemaVersion)\"?[ \t]*:"
    r"|kind:[ \t]*(?:PrometheusRule|AlertmanagerConfig)",
    re.MULTILINE,
)
_OF_ROUTES: Final = frozenset({"receiver", "routes"})
_OF_RULES: Final = frozenset({"alert", "record", "expr"})
_OF_RULE_FILES: Final = frozenset({"groups", "namespace"})


def is_template(text: str) -> bool:
    """Whether a text is the source of a file rather than the file."""
    return _TEMPLATE.search(text) is not None


def seems_ours(text: str) -> bool:
    """Whether a text that cannot be read was meant for Prometheus and its like."""
    return _OURS.search(text) is not None


def is_nothing(node: nodes.Node) -> bool:
    """Whether a document is empty."""
    match node:
        case nodes.ScalarNode():
            return node.content is None
        case nodes.MappingNode():
            return not node.pairs
        case nodes.SequenceNode():
            return not node.items


def is_prometheus_config(node: nodes.Node) -> bool:
    """Whether a document is Prometheus' configuration."""
    keys = _keys(node)
    return bool(
        keys & {"scrape_configs", "rule_files", "scrape_config_files"}
        or keys >= {"global", "alerting"}
    )


def is_alertmanager_config(node: nodes.Node) -> bool:
    """Whether a document is Alertmanager's configuration.

    OpenTelemetry's collector has a mapping of receivers, and the values of many a
    chart a route of another kind.
    """
    keys = _keys(node)
    if "receivers" in keys and isinstance(_at(node, "receivers"), nodes.SequenceNode):
        return True
    return "route" in keys and bool(_keys(_at(node, "route")) & _OF_ROUTES)


def is_rule_file(node: nodes.Node) -> bool:
    """Whether a document is a rule file: some rule in it, or nothing else either."""
    keys = _keys(node)
    if "groups" not in keys:
        return False
    groups = _at(node, "groups")
    rules = [
        rule
        for group in _items(groups)
        for rule in _items(_at(group, "rules") if "rules" in _keys(group) else group)
    ]
    if rules:
        return any(_keys(rule) & _OF_RULES for rule in rules)
    return keys <= _OF_RULE_FILES and all(
        _keys(group) & {"rules", "interval"} or _keys(group) == {"name"}
        for group in _items(groups)
    )


def is_dashboard(node: nodes.Node) -> bool:
    """Whether a document is a dashboard of Grafana, of either schema."""
    keys = _keys(node)
    if "title" in keys and keys & {"panels", "schemaVersion", "rows"}:
        return True
    if keys >= {"elements", "layout"}:
        return True
    inner = next((key for key in ("dashboard", "spec") if key in keys), None)
    return inner is not None and is_dashboard(_at(node, inner))


def describe(node: nodes.Node) -> str:
    """Says what a document that nothing reads looks like."""
    if not isinstance(node, nodes.MappingNode):
        return nodes.describe(node)
    keys = ", ".join(repr(key) for key in list(node.pairs)[:3])
    return f"a document with the keys {keys}" if keys else "an empty mapping"


def _keys(node: nodes.Node) -> frozenset[str]:
    return frozenset(node.pairs if isinstance(node, nodes.MappingNode) else ())


def _at(node: nodes.Node, key: str) -> nodes.Node:
    return nodes.find(node, (key,))


def _items(node: nodes.Node) -> tuple[nodes.Node, ...]:
    return node.items if isinstance(node, nodes.SequenceNode) else ()
