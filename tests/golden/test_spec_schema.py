"""The JSON Schema that editors get, and what it says of Skillancer's own files."""

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from sightline.formats import nodes, reporting
from sightline.spec import documents, schema, sections, shapes

_ROOT = Path(__file__).parents[2]
_FILES = sorted((_ROOT / "monitoring").rglob("*.yaml"))


def test_schema_is_the_golden_one(golden: Callable[[str, str], None]) -> None:
    golden("spec.schema.json", schema.json_schema())


def test_schema_is_a_valid_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema.json_schema()))


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.name)
def test_schema_accepts_a_file_of_skillancer(file: Path) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(schema.json_schema()))
    document = documents.parse(file.read_bytes(), file.name, reporting.Reporter("spec"))
    assert document is not None
    content = nodes.plain(document.node)
    assert [error.message for error in validator.iter_errors(content)] == []


def test_every_section_of_a_file_is_collected() -> None:
    assert set(sections.Sections.__dataclass_fields__) == set(shapes.Spec.model_fields)
