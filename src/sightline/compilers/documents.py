"""Nested documents and their text: YAML and JSON, the same bytes every time."""

import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import yaml

__all__ = ["Document", "render_json", "render_yaml"]

Document: TypeAlias = (
    "bool | int | float | str | Sequence[Document] | Mapping[str, Document] | None"
)
"""What both YAML and JSON can hold. Keys keep the order in which they are given."""


class _Dumper(yaml.SafeDumper):
    """Block style, indented sequences, no aliases, long text as literal blocks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002 - PyYAML's own signature
        """Indents sequences below their key, as the field's own files do."""
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML's own signature
        """Writes equal parts out in full: `&id001` helps no reader."""
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


def render_yaml(document: Document) -> str:
    """Gives `document` as YAML: natural key order, multi-line text as blocks."""
    text: str = yaml.dump(
        document,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=False,
        width=10_000,
    )
    return text


def render_json(document: Document) -> str:
    """Gives `document` as indented JSON with sorted keys and a final newline."""
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
