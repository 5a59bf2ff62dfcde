"""How long `plan` and `apply` take for an estate of 100 dashboards, beside curl.

The estate is the spec of this repository with copies of its engineering dashboard. The
Grafana is that of the tests, over HTTP, in a process of its own; it takes 50 ms for
every answer, as one with its database does. curl sends the same dashboards one after
the other, as scripts for importing do; it neither looks at what is there nor says what
would change. Times are of whole processes, the reading of the spec included.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from support.grafana import memory, serving

_ROOT: Final = Path(__file__).parents[1]
_BOARDS: Final = 100
_LATENCY_SECONDS: Final = 0.05


def main() -> int:
    """Measures and prints; serves when it is called by itself."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--serve", action="store_true")
    if parser.parse_args().serve:
        return _serve()
    with (
        tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder,
        _grafana() as url,
    ):
        root = Path(folder)
        _write_spec(root, url)
        print(f"{_BOARDS} dashboards, {_LATENCY_SECONDS * 1000:.0f} ms an answer")
        _measure("plan, all new", _sightline(root, "plan"))
        _measure("apply, all new", _sightline(root, "apply", "--yes"))
        _measure("plan, nothing to do", _sightline(root, "plan"))
        _change_all(root)
        _measure("plan, all changed", _sightline(root, "plan"))
        _measure("apply, all changed", _sightline(root, "apply", "--yes"))
        _measure_curl(root, url)
    return 0


def _serve() -> int:
    transport = serving.GrafanaTransport(memory.MemoryGrafana())
    transport.judge = None
    with serving.serving(transport, _LATENCY_SECONDS) as url:
        print(url, flush=True)
        sys.stdin.read()
    return 0


@contextmanager
def _grafana() -> Iterator[str]:
    with subprocess.Popen(  # noqa: S603 -- this program
        [sys.executable, __file__, "--serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None  # noqa: S101 -- they are pipes
        assert process.stdout is not None  # noqa: S101
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()


def _write_spec(root: Path, url: str) -> None:
    shutil.copytree(_ROOT / "monitoring", root / "monitoring")
    environments = root / "monitoring/environments.yaml"
    text = environments.read_text()
    environments.write_text(text.replace("https://grafana.skillancer.com", url))
    boards = root / "monitoring/dashboards"
    text = (boards / "engineering.yaml").read_text()
    for number in range(_BOARDS - len(list(boards.iterdir()))):
        copied = text.replace("  engineering:\n", f"  copy-{number}:\n", 1)
        copied = copied.replace("title: Engineering", f"title: Copy {number} of", 1)
        (boards / f"copy-{number}.yaml").write_text(copied)


def _change_all(root: Path) -> None:
    for path in (root / "monitoring/dashboards").glob("*.yaml"):
        text = path.read_text()
        path.write_text(text.replace("refresh: 30s", "refresh: 1m"))


def _sightline(root: Path, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 -- the program that is measured
        [
            sys.executable,
            "-m",
            "sightline",
            *words,
            "--env=production",
            "--surface=grafana",
        ],
        env={
            **os.environ,
            "SIGHTLINE_ROOT": str(root),
            "GRAFANA_TOKEN": memory.TOKEN,
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _measure(name: str, process: subprocess.Popen[bytes]) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    out, err = process.communicate()
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise SystemExit(err.decode())
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    last = out.decode().rstrip().rpartition("\n")[2]
    print(f"{name:24} {seconds:6.2f} s, {spent:5.2f} s of processor   {last}")


def _measure_curl(root: Path, url: str) -> None:
    if shutil.which("curl") is None:
        print("curl: not measured, it is not installed")
        return
    folder = root / "built"
    words = ["build", "--env=production", "--target=grafana", f"--output={folder}"]
    subprocess.run(  # noqa: S603 -- makes what curl sends
        [sys.executable, "-m", "sightline", *words],
        env={**os.environ, "SIGHTLINE_ROOT": str(root)},
        check=True,
        stdout=subprocess.DEVNULL,
    )
    began = time.perf_counter()
    boards = sorted(folder.rglob("dashboards/*.json"))
    for board in boards:
        document = json.loads(board.read_text())
        body = board.with_suffix(".body")
        body.write_text(json.dumps({"dashboard": document, "overwrite": True}))
        subprocess.run(  # noqa: S603 -- the peer
            _curl(url, body), check=True, stdout=subprocess.DEVNULL
        )
    seconds = time.perf_counter() - began
    print(f"{'curl, one by one':24} {seconds:6.2f} s   {len(boards)} dashboards")


def _curl(url: str, body: Path) -> Sequence[str]:
    return (
        shutil.which("curl") or "curl",
        "--silent",
        "--fail",
        "--header",
        f"Authorization: Bearer {memory.TOKEN}",
        "--header",
        "Content-Type: application/json",
        "--data-binary",
        f"@{body}",
        f"{url}/api/dashboards/db",
    )


if __name__ == "__main__":
    sys.exit(main())
