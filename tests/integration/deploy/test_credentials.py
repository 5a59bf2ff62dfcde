"""Credentials by reference: fetched, used, and never shown or kept."""

import io
import os
import stat
import sys
from pathlib import Path

import pytest

from sightline import errors
from sightline.cli import main, terminals
from sightline.clients import credentials, tools
from sightline.model import deployment
from support import cluster_stand_ins
from support.grafana import memory, serving

pytestmark = pytest.mark.integration

CANARY = memory.TOKEN
SPEC = """\
environments:
  production:
    prometheus_url: https://prometheus.example.com
    alertmanager_url: https://alertmanager.example.com
    grafana_url: {grafana}
    pagerduty_url: https://events.pagerduty.com/v2/enqueue
    smtp: {{smarthost: "smtp.example.com:587", from: monitoring@example.com}}
    scrape_interval: 15s
    evaluation_interval: 15s
    retention: 40d
    deploy:
      grafana: {{token: {token}}}
"""


class Project:
    """A project whose Grafana is reached with a token."""

    def __init__(self, root: Path, grafana: str, token: str) -> None:
        self.root = root
        self.said: list[str] = []
        self.environ = {**os.environ}
        assert self.run("init", str(root))[0] == 0
        (root / "monitoring/environments.yaml").write_text(
            SPEC.format(grafana=grafana, token=token)
        )

    def run(self, *words: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        terminal = terminals.Terminal(
            out=out, err=err, environ=self.environ, root=self.root
        )
        code = main.run(words, terminal)
        self.said += [out.getvalue(), err.getvalue()]
        return code, out.getvalue(), err.getvalue()

    def find(self, secret: str) -> list[str]:
        """Gives everything said and every file written that holds a secret."""
        files = [path for path in self.root.rglob("*") if path.is_file()]
        kept = [str(one) for one in files if secret.encode() in one.read_bytes()]
        return [one for one in self.said if secret in one] + kept


def _refer(way: str, root: Path) -> str:
    """Puts the token outside of the project, and gives the reference to it."""
    place = root.parent
    match way:
        case "env":
            return "{env: GRAFANA_TOKEN}"
        case "file":
            (place / "token").write_text(f"{CANARY}\n")
            return f"{{file: {place}/token}}"
        case _:
            (place / "safe").write_text(f"#!/bin/sh\necho {CANARY}\n")
            (place / "safe").chmod(stat.S_IRWXU)
            return f'{{command: ["{place}/safe", read]}}'


@pytest.mark.parametrize("way", ["env", "file", "command"])
def test_a_token_is_used_and_is_in_no_output_and_no_file(
    tmp_path: Path, way: str
) -> None:
    root = tmp_path / "project"
    root.mkdir()
    grafana = memory.MemoryGrafana()
    with serving.serving(serving.GrafanaTransport(grafana)) as url:
        project = Project(root, url, _refer(way, root))
        project.environ["GRAFANA_TOKEN"] = CANARY
        code, out, err = project.run("plan")
        assert (code, err) == (0, ""), out
        assert "+ grafana dashboard overview" in out
        assert project.run("apply", "--yes")[0] == 0
        assert "overview" in grafana.holds.boards
        code, out, _ = project.run("apply", "--yes")
        assert code == 0
        assert "nothing to do" in out
        project.run("plan", "--format=json")
        project.run("plan", "--format=github")
        project.run("build", "-o", str(root / "build"))
    code, out, _ = project.run("plan")  # nothing answers there any more
    assert code == 1
    assert "nothing answers there" in out
    assert project.find(CANARY) == []


def test_a_token_that_is_refused_is_not_shown(tmp_path: Path) -> None:
    wrong = "glsa_wrong-canary-987654321"
    with serving.serving(serving.GrafanaTransport(memory.MemoryGrafana())) as url:
        project = Project(tmp_path, url, "{env: GRAFANA_TOKEN}")
        project.environ["GRAFANA_TOKEN"] = wrong
        code, out, _ = project.run("plan")
        assert code == 1
        assert "⚠ not checked: grafana" in out
        assert project.run("apply", "--yes")[0] == 3
    assert project.find(wrong) == []


def test_a_token_that_is_not_there_is_not_checked_with_where_it_should_be(
    tmp_path: Path,
) -> None:
    project = Project(tmp_path, "http://127.0.0.1:1", "{env: GRAFANA_TOKEN}")
    project.environ.pop("GRAFANA_TOKEN", None)
    code, out, _ = project.run("plan")
    assert code == 1
    assert (
        "expected a credential in the environment variable GRAFANA_TOKEN, found nothing"
        in out
    )


def _keyring(folder: Path) -> credentials.Keyring:
    return credentials.Keyring(
        root=folder,
        environ=dict(os.environ),
        kubectl=tools.Program(name="kubectl", path=folder / "kubectl"),
        kubectl_arguments=("--context=production",),
    )


async def test_a_key_of_a_kubernetes_secret_is_a_credential(tmp_path: Path) -> None:
    state = cluster_stand_ins.install(tmp_path)
    state.write_text(
        state.read_text().replace(
            '"secrets": {}', f'"secrets": {{"a/grafana": {{"token": "{CANARY}"}}}}'
        )
    )
    way = deployment.KubernetesSecret(namespace="a", name="grafana", key="token")
    found = await _keyring(tmp_path).fetch(way)
    assert found.reveal() == CANARY
    assert CANARY not in f"{found} {found!r}"
    other = deployment.KubernetesSecret(namespace="a", name="grafana", key="else")
    with pytest.raises(errors.CredentialMissing) as raised:
        await _keyring(tmp_path).fetch(other)
    assert str(raised.value) == (
        "expected a credential in the key 'else' of the Secret a/grafana, found no"
        " such key"
    )
    assert raised.value.__cause__ is None


async def test_what_a_failing_program_says_is_not_shown(tmp_path: Path) -> None:
    program = tmp_path / "safe"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nprint('{CANARY}')\nsys.exit('{CANARY}')\n"
    )
    program.chmod(stat.S_IRWXU)
    way = deployment.CommandOutput(argv=(str(program),))
    with pytest.raises(errors.CredentialMissing) as raised:
        await _keyring(tmp_path).fetch(way)
    assert str(raised.value) == (
        f"expected a credential in the output of '{program}', and the program failed;"
        " run it yourself to see why: what it said may hold secrets and is not shown"
    )


async def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(errors.CredentialMissing) as raised:
        await _keyring(tmp_path).fetch(deployment.SecretFile(path="token"))
    assert str(raised.value) == (
        f"expected a credential in the file {tmp_path}/token: No such file or directory"
    )
