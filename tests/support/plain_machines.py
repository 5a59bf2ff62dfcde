"""A plain machine with a real Prometheus and a real Alertmanager of its own."""

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sightline.cli import main, terminals
from sightline.stack.acquire import binaries as acquiring
from sightline.stack.acquire import templates
from support import programs

__all__ = ["Machine", "running"]

_ENVIRONMENT = """\
environments:
  production:
    prometheus_url: {prometheus}
    alertmanager_url: {alertmanager}
    grafana_url: https://grafana.example.com
    pagerduty_url: https://events.pagerduty.com/v2/enqueue
    smtp: {{smarthost: "smtp.example.com:587", from: monitoring@example.com}}
    scrape_interval: 15s
    evaluation_interval: 15s
    retention: 40d
    deploy:
      prometheus: {{directory: {machine}/prometheus}}
      alertmanager: {{directory: {machine}/alertmanager}}
      grafana: {{directory: {machine}/grafana}}
"""
_BEFORE = {
    "prometheus/prometheus.yml": "global: {scrape_interval: 1m}\n",
    "alertmanager/alertmanager.yml": "route: {receiver: a}\nreceivers: [{name: a}]\n",
    "grafana/dashboards/theirs.json": '{"uid": "theirs", "title": "Not ours"}\n',
}


@dataclass
class Machine:
    """The machine, and a project whose environment `production` is deployed to it."""

    root: Path
    folder: Path
    prometheus_url: str
    alertmanager_url: str

    def run(self, *words: str) -> tuple[int, str, str]:
        """Runs a command; gives its exit code, result and messages."""
        out, err = io.StringIO(), io.StringIO()
        terminal = terminals.Terminal(
            out=out, err=err, environ={**os.environ, "USER": "sam"}, root=self.root
        )
        return main.run(words, terminal), out.getvalue(), err.getvalue()

    def start(self, *words: str, stdin: int | None = None) -> subprocess.Popen[str]:
        """Starts a command as a process of its own, to be killed or answered."""
        return subprocess.Popen(  # noqa: S603 - the program under test
            [sys.executable, "-m", "sightline", *words],
            env={**os.environ, "SIGHTLINE_ROOT": str(self.root), "USER": "sam"},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def edit(self, file: str, before: str, after: str) -> None:
        """Changes a file of the spec or of the machine."""
        path = self.root / file
        text = path.read_text()
        assert before in text
        path.write_text(text.replace(before, after))

    def edit_spec(self, before: str, after: str) -> None:
        """Changes the signals of the spec."""
        self.edit("monitoring/signals/http.yaml", before, after)

    def edit_live(self, file: str, before: str, after: str) -> None:
        """Changes a file that a server reads, by hand."""
        self.edit(f"machine/{file}", before, after)

    def read_live(self, file: str) -> str:
        """Gives a file that a server reads."""
        return (self.folder / file).read_text()


@contextlib.contextmanager
def running(root: Path, acquired: Mapping[str, acquiring.Binary]) -> Iterator[Machine]:
    """Gives a machine whose servers run on somebody else's first configuration."""
    folder = root / "machine"
    for name, text in _BEFORE.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    ports = {name: programs.free_port() for name in ("prometheus", "alertmanager")}
    urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    machine = Machine(root, folder, urls["prometheus"], urls["alertmanager"])
    assert machine.run("init", str(root))[0] == 0
    (root / "monitoring/environments.yaml").write_text(
        _ENVIRONMENT.format(machine=folder, **urls)
    )
    # A relocated Alertmanager looks for its own templates where it works.
    share = acquired["alertmanager"].share
    if share is not None:
        link = folder / "alertmanager" / templates.LINK_NAME
        link.symlink_to(share / templates.SHARE_FOLDER)
    with contextlib.ExitStack() as processes:
        for name, storage, flag in (
            ("prometheus", "--storage.tsdb.path", "--web.enable-lifecycle"),
            ("alertmanager", "--storage.path", "--cluster.listen-address="),
        ):
            processes.enter_context(
                programs.running(
                    (
                        str(acquired[name].path),
                        f"--config.file={folder}/{name}/{name}.yml",
                        f"{storage}={root}/{name}-data",
                        f"--web.listen-address=127.0.0.1:{ports[name]}",
                        flag,
                    ),
                    f"{urls[name]}/-/ready",
                    root / f"{name}.log",
                    {**os.environ, **acquired[name].environment},
                    folder / name,
                )
            )
        yield machine
