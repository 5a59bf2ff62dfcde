"""The JSON Schema that editors get, and what it says of Skillancer's own files."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from sightline.spec import schema, sections, shapes

_ROOT = Path(__file__).parents[2]
_GOLDEN = Path(__file__).parent / "spec.schema.json"
_FILES = sorted((_ROOT / "monitoring").rglob("*.yaml"))


def test_schema_is_the_golden_one() -> None:
    assert schema.json_schema() == _GOLDEN.read_text()


def test_schema_is_a_valid_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema.json_schema()))


@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.name)
def test_schema_accepts_a_file_of_skillancer(file: Path) -> None:
    validator = jsonschema.Draft202012Validator(json.loads(schema.json_schema()))
    content = yaml.safe_load(file.read_text())
    assert [error.message for error in validator.iter_errors(content)] == []


def test_every_section_of_a_file_is_collected() -> None:
    assert set(sections.Sections.__dataclass_fields__) == set(shapes.Spec.model_fields)
