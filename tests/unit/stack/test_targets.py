from pathlib import Path

from sightline.model import components
from sightline.stack import targets


def _component(name: str, *scraped: components.ScrapeTarget) -> components.Component:
    return components.Component(
        name=name,
        argv=(name,),
        working_directory=Path("/"),
        readiness=None,
        wave=0,
        port=None,
        version="",
        source="",
        targets=scraped,
    )


def _target(address: str, **labels: str) -> components.ScrapeTarget:
    return components.ScrapeTarget(job="services", address=address, labels=labels)


def test_targets_are_written_sorted_whatever_their_order() -> None:
    ordered = [_target("b:1", team="x", service="b"), _target("a:1")]
    text = targets.render_targets(ordered)
    assert text == targets.render_targets(reversed(ordered))
    assert text == (
        "[\n"
        '  {\n    "labels": {\n      "service": "b",\n      "team": "x"\n    },\n'
        '    "targets": [\n      "b:1"\n    ]\n  },\n'
        '  {\n    "labels": {},\n    "targets": [\n      "a:1"\n    ]\n  }\n'
        "]\n"
    )


def test_withdrawn_component_leaves_an_empty_file(tmp_path: Path) -> None:
    only = _component("only", _target("a:1"))
    targets.write_targets(tmp_path, [only])
    targets.write_targets(tmp_path, [], [only])
    assert (tmp_path / "services.json").read_text() == "[]\n"


def test_right_file_is_left_alone(tmp_path: Path) -> None:
    shown = [_component("one", _target("a:1"))]
    targets.write_targets(tmp_path, shown)
    before = (tmp_path / "services.json").stat().st_ino
    targets.write_targets(tmp_path, shown)
    assert (tmp_path / "services.json").stat().st_ino == before
