from pathlib import Path, PurePosixPath

import pytest

from sightline import errors
from sightline.app import build, environments
from sightline.model import artifacts
from support import builders


def artifact(path: str, text: str = "x\n") -> artifacts.Artifact:
    return artifacts.Artifact(path=PurePosixPath(path), text=text)


def test_a_build_of_one_target_has_that_targets_files_only() -> None:
    built = build.build(
        builders.declaration(), builders.environment(), [build.Target.ALERTMANAGER]
    )
    assert [str(one.path) for one in built] == [
        "alertmanager/alertmanager.yml",
        "alertmanager/templates/sightline.tmpl",
    ]


def test_a_build_is_the_same_bytes_every_time() -> None:
    declared = builders.declaration(
        builders.signal(record="x", levels=(builders.level(above=1.0),))
    )
    environment = builders.environment()
    assert build.build(declared, environment) == build.build(declared, environment)


def test_stale_files_go_and_files_of_others_stay(tmp_path: Path) -> None:
    foreign = tmp_path / "prometheus/targets/services.json"
    foreign.parent.mkdir(parents=True)
    foreign.write_text("[]")
    build.write(
        [artifact("prometheus/prometheus.yml"), artifact("prometheus/rules/old.yml")],
        tmp_path,
    )
    build.write(
        [artifact("prometheus/prometheus.yml"), artifact("prometheus/rules/new.yml")],
        tmp_path,
    )
    assert sorted(
        str(path.relative_to(tmp_path))
        for path in tmp_path.rglob("*")
        if path.is_file()
    ) == [
        "prometheus/prometheus.yml",
        "prometheus/rules/new.yml",
        "prometheus/targets/services.json",
    ]


def test_a_file_that_is_right_already_is_left_alone(tmp_path: Path) -> None:
    same, other = artifact("prometheus/a.yml"), artifact("prometheus/b.yml")
    build.write([same, other], tmp_path)
    numbers = [(tmp_path / one.path).stat().st_ino for one in (same, other)]
    build.write([same, artifact("prometheus/b.yml", "y\n")], tmp_path)
    assert (tmp_path / same.path).stat().st_ino == numbers[0]
    assert (tmp_path / other.path).stat().st_ino != numbers[1]
    assert (tmp_path / other.path).read_text("utf-8") == "y\n"


def test_building_one_target_leaves_the_others_files(tmp_path: Path) -> None:
    build.write(
        [artifact("runbooks/a.md"), artifact("grafana/dashboards/b.json")], tmp_path
    )
    build.write([artifact("runbooks/c.md")], tmp_path)
    assert (tmp_path / "grafana/dashboards/b.json").exists()
    assert not (tmp_path / "runbooks/a.md").exists()


def test_an_unknown_environment_is_refused_with_the_likely_one() -> None:
    with pytest.raises(errors.InputError) as refused:
        environments.choose(builders.declaration(), "produktion")
    assert str(refused.value) == (
        "expected one of the environments production, found 'produktion'; "
        "did you mean 'production'?"
    )


def test_the_first_environment_is_the_default() -> None:
    assert environments.choose(builders.declaration(), None).name == "production"
