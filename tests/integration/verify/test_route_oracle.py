"""The route walk agrees with amtool on any tree."""

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sightline.clients import tools
from sightline.verify import alert_routes

pytestmark = pytest.mark.integration

LABELS = ("priority", "team", "service")
TEXTS = ("P0", "P1", "x", "x y", "")
PATTERNS = ("P.", "P0|x", ".*", ".+", "", "x.*")

matcher_texts = st.one_of(
    st.builds(
        lambda label, sign, text: f'{label}{sign}"{text}"',
        st.sampled_from(LABELS),
        st.sampled_from(("=", "!=")),
        st.sampled_from(TEXTS),
    ),
    st.builds(
        lambda label, sign, text: f'{label}{sign}"{text}"',
        st.sampled_from(LABELS),
        st.sampled_from(("=~", "!~")),
        st.sampled_from(PATTERNS),
    ),
)


def _node(routes: st.SearchStrategy[list[object]]) -> st.SearchStrategy[object]:
    return st.fixed_dictionaries(
        {
            "matchers": st.lists(matcher_texts, max_size=2),
            "continue": st.booleans(),
            "routes": routes,
        },
        optional={"receiver": st.sampled_from(("a", "b", "c"))},
    )


trees = st.recursive(
    _node(st.just([])),
    lambda children: _node(st.lists(children, max_size=3)),
    max_leaves=6,
)
label_sets = st.dictionaries(
    st.sampled_from(LABELS), st.sampled_from([text for text in TEXTS if text])
)


@settings(max_examples=40, deadline=None)
@given(children=st.lists(trees, max_size=3), labels=label_sets)
def test_walk_reaches_the_receivers_that_amtool_names(
    binaries: Mapping[str, Path], children: list[object], labels: Mapping[str, str]
) -> None:
    document = {
        "route": {"receiver": "root", "routes": children},
        "receivers": [{"name": name} for name in ("root", "a", "b", "c")],
    }
    amtool = tools.Amtool(tools.Program(name="amtool", path=binaries["amtool"]))
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as config:
        yaml.safe_dump(document, config)
        verdict = asyncio.run(amtool.test_routes(Path(config.name), labels))
    assert isinstance(verdict, tools.Verdict)
    assert verdict.is_accepted, verdict.messages
    walked = alert_routes.read_routes(document).receivers_of(labels)
    assert ",".join(walked) == verdict.output.strip()
