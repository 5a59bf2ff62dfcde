"""Both of PyYAML's parsers read a spec alike; the slow one is the fallback."""

from pathlib import Path

import pytest
import yaml

from sightline.formats import composing, nodes, reporting, texts

_ROOT = Path(__file__).parents[3]
_FILES = sorted((_ROOT / "monitoring").rglob("*.yaml"))


def _compose(file: Path) -> nodes.Node | None:
    return composing.compose(
        texts.Source(file.name, file.read_text()), reporting.Reporter("spec")
    )


@pytest.mark.skipif(
    composing._FAST_LOADER is yaml.SafeLoader, reason="PyYAML is built without libyaml"
)
@pytest.mark.parametrize("file", _FILES, ids=lambda file: file.name)
def test_places_and_contents_do_not_depend_on_the_parser(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = _compose(file)
    monkeypatch.setattr(composing, "_FAST_LOADER", yaml.SafeLoader)
    assert _compose(file) == fast
