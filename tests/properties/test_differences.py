"""Laws of semantic differences, over documents of any shape."""

from hypothesis import given
from hypothesis import strategies as st

from sightline.deploy import differences, resources
from support import deployments

scalars = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(("a", "b c"))
KEYS = (
    "groups rules name alert record expr for labels route routes receivers matchers"
    " inhibit_rules panels title spec"
)
keys = st.sampled_from(KEYS.split())
documents = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4)
    ),
    max_leaves=12,
)
forms = st.sampled_from(list(resources.Form))


def describe(
    before: resources.Document, after: resources.Document, form: resources.Form
) -> tuple[str, ...]:
    one, other = (
        resources.Resource(
            identity=deployments.rules().identity,
            phase=resources.Phase.RULES,
            form=form,
            document=document,
        )
        for document in (before, after)
    )
    return differences.describe(one, other)


@given(before=documents, after=documents, form=forms)
def test_two_documents_differ_exactly_when_a_difference_is_told(
    before: resources.Document, after: resources.Document, form: resources.Form
) -> None:
    are_same = resources.fingerprint(before) == resources.fingerprint(after)
    assert (describe(before, after, form) == ()) == are_same


@given(before=documents, after=documents, form=forms)
def test_every_difference_is_one_line(
    before: resources.Document, after: resources.Document, form: resources.Form
) -> None:
    lines = describe(before, after, form)
    assert all("\n" not in line and line.strip() for line in lines)


@given(document=documents, form=forms)
def test_the_order_of_keys_is_no_difference(
    document: resources.Document, form: resources.Form
) -> None:
    assert describe(document, _reverse(document), form) == ()


def _reverse(document: resources.Document) -> resources.Document:
    if isinstance(document, dict):
        return {key: _reverse(document[key]) for key in reversed(list(document))}
    if isinstance(document, list):
        return [_reverse(inner) for inner in document]
    return document
