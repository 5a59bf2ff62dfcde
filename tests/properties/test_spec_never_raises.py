"""Whatever stands in a spec's files, loading answers with findings."""

import tempfile
from pathlib import Path

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.formats import composing, nodes, reporting, texts
from sightline.spec import documents, loading

_BASE = Path(__file__).parents[1] / "cases" / "spec" / "base" / "monitoring"
_SLOS = Path(__file__).parents[2] / "monitoring" / "slos"
_TEXTS = {
    path.name: path.read_text()
    for path in (*sorted(_BASE.glob("*.yaml")), *sorted(_SLOS.glob("*.yaml")))
}
_ON_A_BUSY_MACHINE = settings(deadline=None)
_ODD = ["NaN%", "1e999", "1e999%", "inf", "9" * 400, "9" * 400 + "s", "-1", "..", "٣s"]

_scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**18) + 1, 10**18 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(_ODD)
)
_values = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=10,
)


def _load(texts: dict[str, str]) -> loading.Loaded:
    """Loads texts as if they had been read from files."""
    reporter = reporting.Reporter("spec")
    parsed = [
        documents.parse(text.encode(), file, reporter) for file, text in texts.items()
    ]
    sources = documents.Sources(
        directory="monitoring",
        documents=tuple(document for document in parsed if document is not None),
        pages=(
            documents.Page(
                file="high-error-rate.md", slug="high-error-rate", text="# Errors\n"
            ),
        ),
        complete=None not in parsed,
    )
    return loading.resolve(sources, reporter)


@given(st.text())
@_ON_A_BUSY_MACHINE
def test_any_text_gives_findings(text: str) -> None:
    assert _load({"any.yaml": text}).findings != ()


@given(st.sampled_from(sorted(_TEXTS)), st.integers(0, 2000), st.characters())
@_ON_A_BUSY_MACHINE
def test_one_changed_character_never_raises(
    file: str, position: int, character: str
) -> None:
    text = _TEXTS[file]
    place = position % len(text)
    _load(_TEXTS | {file: text[:place] + character + text[place + 1 :]})


@given(st.sampled_from(sorted(_TEXTS)), st.data())
@_ON_A_BUSY_MACHINE
def test_one_replaced_value_never_raises(file: str, data: st.DataObject) -> None:
    content = yaml.safe_load(_TEXTS[file])
    holder, key = content, next(iter(content))
    while (
        isinstance(holder[key], dict | list)
        and holder[key]
        and data.draw(st.booleans())
    ):
        holder = holder[key]
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        key = data.draw(st.sampled_from(keys))
    holder[key] = data.draw(_values)
    _load(_TEXTS | {file: yaml.safe_dump(content)})


@given(st.binary(max_size=200))
@settings(deadline=None, max_examples=50)
def test_any_bytes_in_a_file_give_findings(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "monitoring" / "any.yaml"
        file.parent.mkdir()
        file.write_bytes(content)
        assert loading.load(Path(directory)).findings != ()


@given(_values)
@_ON_A_BUSY_MACHINE
def test_composing_gives_back_what_was_written(content: object) -> None:
    text = yaml.safe_dump(content)
    reporter = reporting.Reporter("spec")
    node = composing.compose(texts.Source("any.yaml", text), reporter)
    assert node is not None
    assert nodes.plain(node) == content
    assert reporter.findings == ()
