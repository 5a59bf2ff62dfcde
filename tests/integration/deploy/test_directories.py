"""A directory whose server misbehaves in ways that a real one rarely does."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from sightline import errors
from sightline.deploy import changes, resources
from sightline.deploy.surfaces import directories, files, folders, served

pytestmark = pytest.mark.integration

NAME = "rules/http.yml"
OLD, NEW = "groups: []\n", "groups: [{name: a, rules: []}]\n"


class Server:
    """Takes every reload, or fails as it is told."""

    def __init__(self) -> None:
        self.failures: list[str] = []
        self.differing: dict[str, str] = {}
        self.superfluous: frozenset[str] = frozenset()
        self.reloads = 0

    async def judge(self, candidate: Path) -> None:
        assert (candidate / "prometheus.yml").read_text() == "a: 1\n"
        assert (candidate / NAME).read_text() == NEW

    async def reload(self) -> None:
        self.reloads += 1
        if self.failures:
            raise errors.ServerUnavailable(self.failures.pop(0))

    async def compare(self, found: Sequence[resources.Resource]) -> served.Shown:
        del found
        return served.Shown(differing=self.differing, superfluous=self.superfluous)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "prometheus.yml").write_text("a: 1\n")
    (tmp_path / NAME).write_text(OLD)
    (tmp_path / NAME).chmod(0o640)
    return tmp_path


def resource(text: str) -> resources.Resource:
    found = files.prometheus_files.read(NAME, text)
    assert found is not None
    return found


async def apply(root: Path, server: Server) -> list[resources.Identity]:
    landed: list[resources.Identity] = []
    folder = folders.Folder(root)
    writer = directories.DirectoryWriter(folder, files.prometheus_files, server)
    update = changes.Update(before=resource(OLD), after=resource(NEW), lines=())
    await writer.apply([update], landed.append)
    return landed


async def test_a_file_keeps_its_mode_and_nothing_is_left_beside_it(root: Path) -> None:
    (root / ".sightline-left-by-a-kill").mkdir()
    assert await apply(root, Server()) == [resource(NEW).identity]
    assert (root / NAME).read_text() == NEW
    assert (root / NAME).stat().st_mode & 0o777 == 0o640
    assert _names(root) == ["http.yml", "prometheus.yml", "rules"]


def _names(root: Path) -> list[str]:
    return sorted(path.name for path in root.rglob("*"))


async def test_a_failed_reload_puts_the_former_file_back_and_loads_it(
    root: Path,
) -> None:
    server = Server()
    server.failures = ["the server refuses"]
    with pytest.raises(errors.ServerUnavailable, match="the server refuses"):
        await apply(root, server)
    assert (root / NAME).read_text() == OLD
    assert server.reloads == 2


async def test_when_the_former_file_cannot_be_loaded_either_both_reasons_are_told(
    root: Path,
) -> None:
    server = Server()
    server.failures = ["refused", "gone"]
    with pytest.raises(errors.StageFailed) as raised:
        await apply(root, server)
    assert str(raised.value) == (
        "refused\nthe former files (rules/http.yml) could not be put in effect again:"
        " gone"
    )
    assert (root / NAME).read_text() == OLD


async def test_what_is_loaded_and_not_what_was_written_is_a_failure(root: Path) -> None:
    server = Server()
    server.differing = {NAME: "the rule group a is not loaded"}
    with pytest.raises(errors.StageFailed) as raised:
        await apply(root, server)
    assert str(raised.value) == (
        "prometheus reloaded, and what it runs is not what was written:"
        " rules/http.yml: the rule group a is not loaded"
    )
    assert (root / NAME).read_text() == OLD


async def test_a_missing_directory_is_not_checked_with_what_to_do(
    tmp_path: Path,
) -> None:
    folder = folders.Folder(tmp_path / "nowhere")
    reader = directories.DirectoryReader(folder, files.prometheus_files, Server())
    look = await reader.observe([resource(NEW)])
    assert look.unseen == {
        resource(NEW).identity: f"there is no directory {tmp_path}/nowhere; create it,"
        " or correct `deploy` in the environment"
    }


async def test_a_file_that_is_gone_and_still_loaded_is_not_gone(root: Path) -> None:
    server = Server()
    server.superfluous = frozenset({NAME})
    (root / NAME).unlink()
    folder = folders.Folder(root)
    reader = directories.DirectoryReader(folder, files.prometheus_files, server)
    look = await reader.observe([resource(OLD)])
    assert look.found == {resource(OLD).identity: resource(OLD)}
    assert look.idle == {resource(OLD).identity}


async def test_a_file_that_is_no_yaml_shows_nothing_of_itself(root: Path) -> None:
    (root / NAME).write_text("password: {canary-1234567890\n")
    folder = folders.Folder(root)
    reader = directories.DirectoryReader(folder, files.prometheus_files, Server())
    look = await reader.observe([resource(OLD)])
    (found,) = look.found.values()
    assert "canary" not in repr(found)
    assert isinstance(found.document, dict)
    assert list(found.document) == ["unreadable"]
