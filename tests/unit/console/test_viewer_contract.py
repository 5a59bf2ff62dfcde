"""The viewer understands every part of every dashboard that we build."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sightline.app import build
from sightline.console import pages
from sightline.model import monitoring

SUPPORTED: Mapping[str, Any] = json.loads(
    (pages.STATIC / "viewer/supported.json").read_text()
)


@pytest.fixture(scope="module")
def dashboards(skillancer: monitoring.Monitoring) -> list[Mapping[str, Any]]:
    """Every dashboard of the shipped spec, for every environment."""
    return [
        json.loads(artifact.text)
        for environment in skillancer.environments.values()
        for artifact in build.build(skillancer, environment, [build.Target.GRAFANA])
        if artifact.path.suffix == ".json"
    ]


def test_there_are_dashboards_to_judge(dashboards: list[Mapping[str, Any]]) -> None:
    assert "engineering" in {dashboard["uid"] for dashboard in dashboards}


def test_every_part_is_supported(dashboards: list[Mapping[str, Any]]) -> None:
    found = {
        unsupported
        for dashboard in dashboards
        for unsupported in find_unsupported(dashboard)
    }
    assert sorted(found) == []


def find_unsupported(dashboard: Mapping[str, Any]) -> Iterator[str]:
    """Gives what of a dashboard the viewer does not understand, in words."""
    for variable in dashboard["templating"]["list"]:
        yield from _judge("variable", variable["type"], "variables")
    for panel in _panels(dashboard["panels"]):
        yield from _judge("panel", panel["type"], "panels")
        yield from _judge_tree("options", panel.get("options", {}))
        fields = panel.get("fieldConfig", {"defaults": {}, "overrides": []})
        defaults = dict(fields["defaults"])
        for mapping in defaults.pop("mappings", []):
            yield from _judge("mapping", mapping["type"], "mappings")
        yield from _judge_tree("fields", defaults)
        for override in fields["overrides"]:
            yield from _judge("matcher", override["matcher"]["id"], "matchers")
            for entry in override["properties"]:
                yield from _judge_tree("fields", {entry["id"]: entry["value"]})
        for step in panel.get("transformations", []):
            yield from _judge("transformation", step["id"], "transformations")


def _panels(panels: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for panel in panels:
        yield panel
        yield from _panels(panel.get("panels", []))


def _judge(word: str, found: object, known: str) -> Iterator[str]:
    if found not in SUPPORTED[known]:
        yield f"{word} {found!r}"


def _judge_tree(kind: str, tree: Mapping[str, Any]) -> Iterator[str]:
    for path, found in _leaves(tree, ""):
        allowed = SUPPORTED[kind].get(path)
        if isinstance(allowed, str):
            allowed = SUPPORTED[allowed]
        if allowed is None or (allowed is not True and found not in allowed):
            yield f"{kind} {path} = {found!r}"


def _leaves(tree: object, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(tree, Mapping):
        for key, branch in tree.items():
            yield from _leaves(branch, f"{path}.{key}" if path else key)
    elif isinstance(tree, list):
        for branch in tree:
            yield from _leaves(branch, path)
    else:
        yield path, tree


def test_what_is_not_supported_is_found() -> None:
    panel = {
        "type": "pie",
        "options": {"legend": {"placement": "top"}},
        "fieldConfig": {"defaults": {"unit": "furlongs"}, "overrides": []},
        "transformations": [{"id": "spatial", "options": {}}],
    }
    dashboard = {
        "templating": {"list": [{"type": "adhoc"}]},
        "panels": [{"type": "row", "panels": [panel]}],
    }
    assert list(find_unsupported(dashboard)) == [
        "variable 'adhoc'",
        "panel 'pie'",
        "options legend.placement = 'top'",
        "fields unit = 'furlongs'",
        "transformation 'spatial'",
    ]


def test_every_module_file_is_ours_and_small() -> None:
    modules = [*pages.STATIC.rglob("*.js")]
    long = [path.name for path in modules if path.read_text().count("\n") > 300]
    assert long == []


def test_nothing_is_loaded_from_elsewhere() -> None:
    imports = [
        line
        for path in pages.STATIC.rglob("*.js")
        for line in Path(path).read_text().splitlines()
        if line.startswith("import ") and '"/' not in line
    ]
    assert imports == []
