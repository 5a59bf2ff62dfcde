"""What the documentation promises of itself: complete, true to the code, and whole."""

import argparse
import ast
import contextlib
import functools
import io
import re
import shlex
import shutil
import typing
from collections.abc import Iterator
from pathlib import Path

import pytest

from sightline import errors, instrument
from sightline.app.reference import pages
from sightline.cli import main as command_line
from sightline.collectors import containers
from sightline.instrument import families
from sightline.model import http_metrics
from sightline.spec import bases, loading, meanings, settings, settings_shapes, shapes
from sightline.spec.resolve import pages as runbook_pages

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md")])
GUIDES = sorted([DOCS / "tutorial.md", *(DOCS / "how-to").glob("*.md")])
SOURCES = sorted((ROOT / "src").rglob("*.py"))
READERS = [*SOURCES, ROOT / "sightline", *(ROOT / "script").iterdir()]

_LINK = re.compile(r"(?<!!)\[[^]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_VARIABLE = re.compile(r"\bSIGHTLINE_[A-Z_]*[A-Z]\b")
_METRIC_KINDS = frozenset(
    {
        "Counter",
        "Gauge",
        "Histogram",
        "Summary",
        "Reading",
        "CounterMetricFamily",
        "GaugeMetricFamily",
        "gauge",
        "HistogramMetricFamily",
    }
)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@functools.cache
def _parser() -> argparse.ArgumentParser:
    return command_line.open_parser()


def _reference(name: str) -> str:
    return (DOCS / "reference" / name).read_text(encoding="utf-8")


def _prose(text: str) -> str:
    return _FENCE.sub("", text)


@functools.cache
def _anchors(path: Path) -> frozenset[str]:
    """Gives the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", _prose(path.read_text()), re.MULTILINE)
    cleaned = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return frozenset(heading.strip().replace(" ", "-") for heading in cleaned)


def _relative_links(path: Path) -> Iterator[str]:
    for link in _LINK.findall(_prose(path.read_text())):
        if not re.match(r"[a-z]+:", link):
            yield link


@pytest.mark.parametrize("name", sorted(pages.render_pages(_parser())))
def test_a_generated_page_is_up_to_date(name: str) -> None:
    # When this fails: script/reference
    assert _reference(name) == pages.render_pages(_parser())[name]


def test_every_argument_of_every_command_has_a_meaning() -> None:
    assert re.findall(r"^\| `.*\|  \|$", _reference("commands.md"), re.MULTILINE) == []


def test_every_error_class_is_documented() -> None:
    documented = set(
        re.findall(r"^\| (?:&emsp;)*`(\w+)`", _reference("errors.md"), re.MULTILINE)
    )
    kinds = {name: getattr(errors, name) for name in errors.__all__}
    assert documented == {
        name for name, kind in kinds.items() if issubclass(kind, Exception)
    }


def test_every_key_of_the_spec_has_a_meaning_and_no_other_has() -> None:
    keys = {
        name: {field.alias or key for key, field in shape.model_fields.items()}
        for name, shape in shapes.every().items()
    }
    assert {name: set(known) for name, known in meanings.MEANINGS.items()} == keys


def test_every_key_of_the_collectors_settings_is_documented_and_no_other_is() -> None:
    whole = settings_shapes.CollectorSettings.model_fields
    keys = {
        section: {
            key
            for shape in (field.annotation, *typing.get_args(field.annotation))
            if isinstance(shape, type) and issubclass(shape, bases.Shape)
            for key in shape.model_fields
        }
        for section, field in whole.items()
    }
    text = _reference("collector-settings.md")
    chapters = re.split(r"^## (\w+)$", text, flags=re.MULTILINE)
    documented = {
        name: set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
        for name, text in zip(chapters[1::2], chapters[2::2], strict=True)
    }
    assert documented == keys


def test_every_environment_variable_is_documented_and_no_other_is() -> None:
    read = {
        variable
        for path in READERS
        for variable in _VARIABLE.findall(path.read_text(encoding="utf-8"))
    }
    documented = set(_VARIABLE.findall(_reference("environment.md")))
    assert _without_programs(documented) == _without_programs(read)


def _without_programs(variables: set[str]) -> set[str]:
    """Leaves out the variables of which there is one per program."""
    return {
        name
        for name in variables
        if name == "SIGHTLINE_BIN_DIR" or not name.startswith("SIGHTLINE_BIN_")
    }


def test_every_emitted_metric_is_documented_and_no_other_is() -> None:
    documented = re.findall(
        r"^\| `([a-z_]+)` \|", _reference("metrics.md"), re.MULTILINE
    )
    assert sorted(documented) == sorted(_emitted_metrics())


def _emitted_metrics() -> set[str]:
    found = {metric for path in SOURCES for metric in _literal_metrics(path)}
    computed = [
        *families.empty(http_metrics.PROMETHEUS),
        *containers.ContainerCollector(ROOT / "no-such-state.json").collect(),
    ]
    return found | {
        f"{family.name}_total" if family.type == "counter" else family.name
        for family in computed
    }


def _literal_metrics(path: Path) -> Iterator[str]:
    """Gives the metrics whose names stand in a module as text."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Call(
                func=ast.Name(id=kind) | ast.Attribute(attr=kind),
                args=[ast.Constant(value=str(name)), *_],
            ) if kind in _METRIC_KINDS:
                is_family = kind == "CounterMetricFamily"
                yield f"{name.removesuffix('_total')}_total" if is_family else name
            case _:
                continue


@pytest.mark.parametrize("path", PAGES, ids=_name)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    broken = []
    for link in _relative_links(path):
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        is_page = target.suffix == ".md" and target.is_file()
        if not target.exists() or (
            anchor and is_page and anchor not in _anchors(target)
        ):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("path", GUIDES, ids=_name)
def test_every_command_of_a_guide_is_one_that_exists(path: Path) -> None:
    refused = [line for line in _commands(path.read_text()) if not _is_accepted(line)]
    assert refused == []


def _commands(text: str) -> Iterator[str]:
    """Gives the words after `./sightline` in the shell examples of a page."""
    for _, language, body in _FENCE.findall(text):
        for line in body.splitlines() if language == "sh" else ():
            command = re.sub(r"^(?:[A-Z_]+=\S+ )+", "", line.strip())
            for start in (
                "./sightline ",
                '"$CLONE/.sightline/env/bin/python" -m sightline ',
            ):
                if command.startswith(start):
                    yield command.removeprefix(start)


def _is_accepted(command: str) -> bool:
    with contextlib.redirect_stderr(io.StringIO()):
        try:
            _parser().parse_args(shlex.split(command, comments=True))
        except SystemExit:
            return False
    return True


def test_the_least_spec_of_the_guide_for_companies_is_whole(tmp_path: Path) -> None:
    example, *_ = _examples("write-a-spec-for-your-company.md", "yaml")
    _write(tmp_path / "monitoring" / "organisation.yaml", example)
    assert loading.load(tmp_path).findings == ()


def test_the_examples_of_signals_and_objectives_fit_into_the_shipped_spec(
    tmp_path: Path,
) -> None:
    spec = tmp_path / "monitoring"
    shutil.copytree(ROOT / "monitoring", spec)
    signal, row = _examples("add-a-signal.md", "yaml")
    _write(spec / "signals" / "saturation.yaml", signal)
    chapters = "".join(
        f"## {chapter}\nSay it.\n\n" for chapter in runbook_pages.CHAPTERS
    )
    _write(
        spec / "runbooks" / "requests-pile-up.md", f"# Requests pile up\n\n{chapters}"
    )
    board = spec / "dashboards" / "engineering.yaml"
    _write(board, f"{board.read_text().rstrip()}\n{row}")
    objective, *_ = _examples("write-an-slo.md", "yaml")
    _write(spec / "slos" / "refunds.yaml", objective)
    assert loading.load(tmp_path).findings == ()


def test_the_examples_of_collecting_fit_into_the_shipped_spec(tmp_path: Path) -> None:
    spec = tmp_path / "monitoring"
    shutil.copytree(ROOT / "monitoring", spec)
    (query,) = _examples("collect-numbers.md", "sql")
    source, places = _examples("collect-numbers.md", "yaml")
    _write(spec / "sources" / "queries" / "disputes_open.sql", query)
    _write(spec / "sources" / "disputes.yaml", source)
    _write(tmp_path / "collect.yaml", places)
    assert loading.load(tmp_path).findings == ()
    assert len(settings.require(tmp_path / "collect.yaml").connections) == 5


def test_the_examples_of_instrumentation_use_names_that_exist() -> None:
    text = "\n".join(_examples("instrument-a-service.md", "python"))
    used = {
        node.attr
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "instrument"
    }
    assert used - set(instrument.__all__) == set()
    assert used  # something was looked at


def _examples(page: str, language: str) -> list[str]:
    """Gives the examples in a language of a how-to page, in their order."""
    text = (DOCS / "how-to" / page).read_text(encoding="utf-8")
    return [body for _, named, body in _FENCE.findall(text) if named == language]


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("path", [*GUIDES, DOCS / "README.md"], ids=_name)
def test_a_page_for_users_stays_short(path: Path) -> None:
    assert path.read_text().count("\n") <= 200  # longer ones are two pages
