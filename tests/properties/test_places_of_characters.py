"""Every character of a scalar leads to itself in the file, however it is written."""

import json

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.formats import composing, json_documents, nodes, reporting, texts

_STYLES = st.sampled_from([None, "'", '"', "|", ">"])
_WORDS = st.text("ab0 {}()'\"\\[]>=:#\n-é", max_size=60)
_RELAXED = settings(deadline=None, max_examples=150)


def _scalar(node: nodes.Node | None, source: texts.Source) -> texts.Text:
    assert node is not None
    found = nodes.find(node, ("outer", "inner"))
    assert isinstance(found, nodes.ScalarNode)
    return texts.Text.of(found, source)


def _assert_each_leads_to_itself(text: texts.Text, file: str) -> None:
    offsets = text.offsets()
    assert len(offsets) == len(text.text) + 1
    assert list(offsets) == sorted(offsets)
    for character, offset in zip(text.text, offsets, strict=False):
        if character.isalnum() and character.isascii():
            assert file[offset] == character


@given(_WORDS, _STYLES, st.sampled_from([10, 80]))
@_RELAXED
def test_yaml_leads_to_each_character(
    content: str, style: str | None, width: int
) -> None:
    held = {"outer": {"inner": content}}
    file = yaml.safe_dump(held, default_style=style, width=width, allow_unicode=True)
    source = texts.Source("a.yml", file)
    text = _scalar(composing.compose(source, reporting.Reporter("file")), source)
    assert text.text == content
    _assert_each_leads_to_itself(text, file)


@given(_WORDS, st.booleans())
@_RELAXED
def test_json_leads_to_each_character(content: str, is_ascii: bool) -> None:  # noqa: FBT001 - drawn
    file = json.dumps({"outer": {"inner": content}}, ensure_ascii=is_ascii, indent=1)
    source = texts.Source("a.json", file)
    text = _scalar(json_documents.compose(source, reporting.Reporter("file")), source)
    assert text.text == content
    _assert_each_leads_to_itself(text, file)
