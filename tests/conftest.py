"""Fixtures that every test may use."""

import asyncio
import functools
import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

from sightline.model import monitoring
from sightline.spec import loading
from sightline.stack import plot_library
from sightline.stack.acquire import binaries as acquiring
from sightline.stack.acquire import catalogue, platforms
from support import projects

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests/golden"
SHARED_DATA = ROOT.parent / "shared/data"

Golden = Callable[[str, str], None]


@pytest.fixture(scope="session")
def acquired() -> Mapping[str, acquiring.Binary]:
    """The real programs, found as `sightline up` finds them, or fetched."""
    settings = acquiring.settings_from_environ(os.environ, {})
    # In a thread of its own: this thread's event loop belongs to pytest-asyncio.
    with ThreadPoolExecutor(1) as thread:
        names = catalogue.local_stack(platforms.observe_platform().system)
        acquire = acquiring.acquire(names, settings)
        return thread.submit(asyncio.run, acquire).result()


@pytest.fixture(scope="session")
def binaries(acquired: Mapping[str, acquiring.Binary]) -> Mapping[str, Path]:
    """The paths of the real programs, by name: `binaries["promtool"]`."""
    return {name: binary.path for name, binary in acquired.items()}


@pytest.fixture(scope="session")
def stack(
    tmp_path_factory: pytest.TempPathFactory,
    acquired: Mapping[str, acquiring.Binary],
) -> Iterator[projects.Project]:
    """The whole local stack with the reference platform, on a project of its own."""
    del acquired  # fetched before the stack's own patience begins
    plot_library.ensure()
    project = projects.Project(tmp_path_factory.mktemp("stack"))
    try:
        project.start()
        yield project
    finally:
        project.run("down")


class _ByFile(LoadScopeScheduling):  # type: ignore[misc]  # it ships no types
    """Gives each worker whole files, so that what a file starts is started once.

    Files that share the whole stack are one piece of work. pytest-xdist's own
    `loadgroup` does that by changing node ids, which pytest 9 no longer lets it do.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "stack" if _shares_stack(file) else file


@functools.cache
def _shares_stack(file: str) -> bool:
    return 'xdist_group("stack")' in (ROOT / file).read_text(encoding="utf-8")


def pytest_xdist_make_scheduler(
    config: pytest.Config, log: object
) -> LoadScopeScheduling:
    return _ByFile(config, log)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite the files of tests/golden; a person reads the diff",
    )


@pytest.fixture(scope="session")
def skillancer() -> monitoring.Monitoring:
    """The model of the spec that this project ships."""
    return loading.require(ROOT)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Published schemas that are read where they lie and never copied."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"not checked: the published schemas are not at {SHARED_DATA}")
    return SHARED_DATA


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compares a text with the file of that name under `tests/golden`."""

    def _compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        assert text == path.read_text(), f"{name} changed: --update-golden rewrites it"

    return _compare
