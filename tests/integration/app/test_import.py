"""What is imported is what it was: the same alerts at the same thresholds."""

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from sightline.app.importing import conditions
from sightline.cli import main, terminals
from sightline.formats import estates
from sightline.promql import parsing
from support.grafana import memory, serving

pytestmark = pytest.mark.integration

Found = Mapping[str, tuple[str, float | None, float | None, str]]


def _run(root: Path, *words: str, token: str = "") -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    environ = {"GRAFANA_TOKEN": token} if token else {}
    terminal = terminals.Terminal(out=out, err=err, environ=environ, root=root)
    return main.run(words, terminal), out.getvalue(), err.getvalue()


@pytest.fixture
def grafana(built: Path) -> Iterator[str]:
    """A Grafana over HTTP that holds the shipped dashboards."""
    server = memory.MemoryGrafana()
    for file in (built / "grafana/dashboards").iterdir():
        server.holds.put_board(file.stem, document=json.loads(file.read_text()))
    with serving.serving(serving.GrafanaTransport(server)) as url:
        yield url


def _read(rules: Path) -> Found:
    """Gives what each alert measures, between which bounds, and for how long.

    An alert of a name that was there before has its number, as an import gives it.
    """
    found: dict[str, tuple[str, float | None, float | None, str]] = {}
    counts: dict[str, int] = {}
    for file in estates.read([rules], rules).rule_files:
        for rule in file.alerting_rules:
            name = rule.alert.text
            counts[name] = counts.get(name, 0) + 1
            condition = conditions.split(parsing.parse(rule.expr.text))
            lasting = str(rule.for_.content) if rule.for_ else "0s"
            key = name if counts[name] == 1 else f"{name}{counts[name]}"
            found[key] = (condition.text, condition.above, condition.below, lasting)
    return found


def test_the_shipped_rules_and_dashboards_come_back_as_they_were(
    built: Path, tmp_path: Path
) -> None:
    code, said, err = _run(
        tmp_path,
        "import",
        str(built / "prometheus/rules"),
        str(built / "grafana/dashboards"),
        "-o",
        str(tmp_path),
        "--format=json",
    )
    assert (code, err) == (0, "")
    result = json.loads(said)
    before = _read(built / "prometheus/rules")
    assert result["alerts"] == len(before)
    assert result["dashboards"] == len(list((built / "grafana/dashboards").iterdir()))
    assert result["findings"] == []
    code, _, _ = _run(tmp_path, "build")
    assert code == 0
    after = _read(tmp_path / "build/prometheus/rules")
    # Matchers are printed in the order of their labels, which is another one there.
    different = {name for name in before if after.get(name) != before[name]}
    assert different <= {"EscalatedAlert"}
    assert before.keys() == after.keys()
    report = (tmp_path / "not-carried-over.md").read_text().splitlines()
    assert len(report) == len(result["not_carried_over"]) + 2


def test_the_dashboards_of_a_grafana_are_those_of_its_files(
    built: Path, tmp_path: Path, grafana: str
) -> None:
    rules, boards = built / "prometheus/rules", built / "grafana/dashboards"
    one, other = tmp_path / "files", tmp_path / "server"
    code, _, err = _run(one, "import", str(rules), str(boards), "-o", str(one))
    assert (code, err) == (0, "")
    words = ("import", str(rules), "--grafana", grafana, "-o", str(other))
    code, said, err = _run(other, *words, token=memory.TOKEN)
    assert (code, err) == (0, "")
    assert memory.TOKEN not in said
    written = sorted((one / "monitoring/dashboards").iterdir())
    assert len(written) == len(list(boards.iterdir()))
    for file in written:
        same = other / "monitoring/dashboards" / file.name
        assert same.read_text() == file.read_text()


def test_a_grafana_that_refuses_the_token_is_named_and_the_token_is_not(
    tmp_path: Path, grafana: str
) -> None:
    words = ("import", "--grafana", grafana, "-o", str(tmp_path))
    another = memory.TOKEN[::-1]
    code, said, err = _run(tmp_path, *words, token=another)
    assert code == 3
    assert grafana in err
    assert another not in said + err
    assert not any(tmp_path.iterdir())


def test_a_folder_with_a_spec_and_nothing_to_import_are_refused(tmp_path: Path) -> None:
    code, _, err = _run(tmp_path, "import", "-o", str(tmp_path))
    assert code == 2
    assert err == (
        "sightline: expected rule files, dashboards or a server, found none;"
        " give paths, --prometheus or --grafana\n"
    )
    (tmp_path / "monitoring").mkdir()
    code, _, err = _run(tmp_path, "import", "-o", str(tmp_path))
    assert code == 2
    assert f"expected a folder without a spec, found {tmp_path}/monitoring" in err


def test_a_server_that_does_not_answer_is_named_and_nothing_is_written(
    tmp_path: Path,
) -> None:
    code, _, err = _run(
        tmp_path, "import", "--prometheus", "http://127.0.0.1:9", "-o", str(tmp_path)
    )
    assert code == 3
    assert "Prometheus at http://127.0.0.1:9" in err
    assert not any(tmp_path.iterdir())
