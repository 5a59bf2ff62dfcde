"""The page of the spec's keys, from the schema that editors get."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sightline.app.reference import tables

__all__ = ["render"]

_INTRODUCTION: Final = """\
# The spec

A spec is every `*.yaml` below `monitoring/`, read as one; each file holds some of the
sections below. Runbooks are `monitoring/runbooks/<slug>.md`. An unknown key is a
mistake, and `./sightline check` shows every one with its place.

Editors complete and check while you type when the first line of a file says:

```yaml
# yaml-language-server: $schema=../../docs/reference/spec.schema.json
```

The path is relative to the file; `monitoring/services.yaml` has one `../` less.
Durations are written `500ms`, `15s`, `5m`, `1h30m`, `30d`. Shares carry their sign:
`5%`. Times and sizes carry their unit: `200ms`, `2GiB`.
"""

# What pydantic gives: JSON, whose keys decide what stands beside them.
_Schema = Mapping[str, Any]


def render(schema_text: str) -> str:
    """Gives the page of a schema as `spec.schema.json_schema` writes it."""
    schema: _Schema = json.loads(schema_text)
    parts = [_INTRODUCTION, *_render_shape("Sections", schema)]
    for name in _in_order_of_use(schema):
        parts += _render_shape(name, schema["$defs"][name])
    return "\n".join(parts)


def _render_shape(name: str, shape: _Schema) -> Iterator[str]:
    yield f"## {name}\n"
    yield str(shape["description"]) + "\n"
    required = shape.get("required", [])
    rows = [
        (
            f"`{key}`",
            _type(entry),
            "required" if key in required else _default(entry),
            entry["description"],
        )
        for key, entry in sorted(
            shape["properties"].items(), key=lambda item: item[0] not in required
        )
    ]
    yield tables.render_table(("Key", "Type", "Default", "Meaning"), rows)


def _in_order_of_use(schema: _Schema) -> list[str]:
    """Gives the shapes so that each follows the one that first uses it."""
    found: list[str] = []

    def visit(shape: _Schema) -> None:
        for entry in shape["properties"].values():
            for name in _referred(entry):
                if name not in found:
                    found.append(name)
                    visit(schema["$defs"][name])

    visit(schema)
    return found


def _referred(entry: object) -> Iterator[str]:
    match entry:
        case {"$ref": str(path)}:
            yield path.rpartition("/")[2]
        case dict():
            for inner in entry.values():
                yield from _referred(inner)
        case list():
            for inner in entry:
                yield from _referred(inner)
        case _:
            return


def _type(entry: _Schema) -> str:
    match entry:
        case {"anyOf": [inner, {"type": "null"}]}:
            return _type(inner)
        case {"$ref": str(path)}:
            name = path.rpartition("/")[2]
            return f"[{name}](#{name.lower()})"
        case {"enum": [*words]}:
            return ", ".join(f"`{word}`" for word in words)
        case {"type": "array", "items": items}:
            return f"list of {_type(items)}"
        case {"type": "object"}:
            return f"names → {_type(_inner(entry))}"
        case _:
            return _plain_type(entry)


def _plain_type(entry: _Schema) -> str:
    match entry:
        case {"examples": [*examples]}:
            return "such as " + ", ".join(f"`{example}`" for example in examples)
        case {"format": str(form)}:
            return form
        case {"type": "integer", "minimum": least, "maximum": most}:
            return f"whole number, {least} to {most}"
        case {"type": "boolean"}:
            return "`true`, `false`"
        case _:
            return "number" if entry["type"] == "number" else "text"


def _inner(entry: _Schema) -> _Schema:
    """Gives the schema of a mapping's entries."""
    by_name: Mapping[str, _Schema] = entry.get("patternProperties", {})
    found: _Schema = (
        next(iter(by_name.values())) if by_name else entry["additionalProperties"]
    )
    return found


def _default(entry: _Schema) -> str:
    default = entry.get("default")
    match default:
        case None | [] | {}:
            return "none"
        case bool():
            return f"`{str(default).lower()}`"
        case list():
            return ", ".join(f"`{one}`" for one in default)
        case _:
            return f"`{default}`"
