import json
import math

import yaml
from hypothesis import given
from hypothesis import strategies as st

from sightline.compilers import documents

TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff")
) | st.from_regex(r"[a-z0-9:#'\" \n|>-]{0,12}", fullmatch=True)


def _documents(
    numbers: st.SearchStrategy[float],
) -> st.SearchStrategy[documents.Document]:
    return st.recursive(
        st.none() | st.booleans() | st.integers() | numbers | TEXT,
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
        ),
        max_leaves=8,
    )


DOCUMENTS = _documents(st.floats(allow_nan=False))
FINITE_DOCUMENTS = _documents(st.floats(allow_nan=False, allow_infinity=False))


@given(DOCUMENTS)
def test_what_is_written_as_yaml_is_read_back_as_it_was(
    document: documents.Document,
) -> None:
    assert yaml.safe_load(documents.render_yaml(document)) == document


@given(FINITE_DOCUMENTS)
def test_what_is_written_as_json_is_read_back_as_it_was(
    document: documents.Document,
) -> None:
    assert json.loads(documents.render_json(document)) == document


def test_a_number_that_is_none_is_written_as_yaml_spells_it() -> None:
    assert math.isnan(yaml.safe_load(documents.render_yaml(math.nan)))
