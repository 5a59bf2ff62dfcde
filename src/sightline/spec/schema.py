"""The JSON Schema of a spec file, for editors that complete and check while typing."""

import json
from typing import Final

from sightline.spec import shapes

__all__ = ["json_schema"]

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> str:
    """Gives the schema of any file of a spec, as JSON text with a final newline.

    It knows keys and types. What names refer to is only known when all files are
    read together.
    """
    schema = shapes.Spec.model_json_schema(by_alias=True)
    schema |= {"$schema": _DIALECT, "title": "A file of a sightline spec"}
    return json.dumps(schema, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
