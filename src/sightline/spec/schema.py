"""The JSON Schema of a spec file, for editors that complete and check while typing."""

import json
from typing import Any, Final

from sightline.model import units
from sightline.spec import meanings, shapes

__all__ = ["json_schema"]

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> str:
    """Gives the schema of any file of a spec, as JSON text with a final newline.

    It knows keys, types and meanings. What names refer to is only known when all
    files are read together.
    """
    schema = shapes.Spec.model_json_schema(by_alias=True)
    schema |= {"$schema": _DIALECT, "title": "A file of a sightline spec"}
    _complete(schema, shapes.Spec)
    known = shapes.every()
    # What an environment does not say, it may inherit: there is no key that each needs.
    partial = shapes.every(shapes.Environment)
    for name, definition in schema["$defs"].items():
        _complete(definition, known[name])
        if name in partial:
            definition.pop("required", None)
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _complete(
    definition: dict[str, Any],  # JSON Schema, as pydantic gives it
    shape: type[shapes.Shape],
) -> None:
    """Adds the meaning of each key, and durations as they are written."""
    known = meanings.MEANINGS[shape.__name__]
    for name, field in shape.model_fields.items():
        key = field.alias or name
        entry = definition["properties"][key]
        entry["description"] = known[key]
        if isinstance(field.default, units.Duration):
            entry["default"] = str(field.default)
