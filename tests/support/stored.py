"""A real Prometheus on samples that a test chose, in blocks written by promtool."""

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx

_PATIENCE_SECONDS = 60

Samples = Mapping[str, Iterator[tuple[int, float]]]
"""By series: Unix seconds and the number then, oldest first."""


@contextlib.contextmanager
def prometheus_on(
    samples: Samples, binaries: Mapping[str, Path], folder: Path, rules: str = ""
) -> Iterator[str]:
    """Gives the address of a Prometheus that has these samples and scrapes nothing."""
    text = folder / "samples.om"
    _write_text(samples, text)
    with prometheus_on_text(text, binaries, folder, rules) as address:
        yield address


@contextlib.contextmanager
def prometheus_on_text(
    text: Path, binaries: Mapping[str, Path], folder: Path, rules: str = ""
) -> Iterator[str]:
    """Gives the address of a Prometheus that has the samples of an OpenMetrics file.

    It has loaded `rules`, the text of a rule file, and evaluates them now.
    """
    blocks = folder / "blocks"
    _write_blocks(text, binaries["promtool"], blocks)
    config = folder / "prometheus.yml"
    config.write_text("rule_files: [rules.yml]\n" if rules else "{}\n")
    (folder / "rules.yml").write_text(rules)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    process = subprocess.Popen(
        [
            binaries["prometheus"],
            f"--config.file={config}",
            f"--storage.tsdb.path={blocks}",
            "--storage.tsdb.retention.time=100y",
            f"--web.listen-address={address}",
            "--log.level=error",
        ]
    )
    try:
        _await_ready(f"http://{address}")
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait()


def _write_text(samples: Samples, text: Path) -> None:
    with text.open("w") as stream:
        for name, points in samples.items():
            stream.write(f"# TYPE {name.partition('{')[0]} gauge\n")
            stream.writelines(f"{name} {number} {at}\n" for at, number in points)
        stream.write("# EOF\n")


def _write_blocks(text: Path, promtool: Path, blocks: Path) -> None:
    subprocess.run(
        [
            promtool,
            "tsdb",
            "create-blocks-from",
            "openmetrics",
            "--max-block-duration=1488h",
            "--quiet",
            text,
            blocks,
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _await_ready(url: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    with httpx.Client(base_url=url, trust_env=False) as client:
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.TransportError):
                if client.get("/-/ready").is_success:
                    return
            time.sleep(0.1)
    raise TimeoutError(f"Prometheus at {url} did not become ready")


def ask(url: str, expr: str, at: float) -> list[tuple[Mapping[str, str], float]]:
    """Gives the result of an instant query: labels and numbers."""
    answer = httpx.post(
        f"{url}/api/v1/query", data={"query": expr, "time": str(at)}, trust_env=False
    )
    assert answer.status_code == 200, answer.text
    return [
        (element["metric"], float(element["value"][1]))
        for element in answer.json()["data"]["result"]
    ]
