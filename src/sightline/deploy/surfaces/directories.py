"""A surface that is a directory of files, with or without servers that read it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePosixPath

from sightline import errors
from sightline.deploy import changes, observations, resources
from sightline.deploy.surfaces import files, folders, protocols, served

__all__ = ["DirectoryReader", "DirectoryWriter"]


class DirectoryReader:
    """Reads the files, and whether the servers run on them; a `protocols.Reader`."""

    def __init__(
        self, folder: folders.Folder, kinds: files.FileSet, server: served.Served
    ) -> None:
        self._folder = folder
        self._kinds = kinds
        self._server = server

    async def observe(
        self, interest: Collection[resources.Resource]
    ) -> observations.Observation:
        """Gives the files asked for; those that no server has loaded are idle."""
        wanted = {one.identity: one for one in interest}
        try:
            found = dict(self._find(wanted))
            shown = await self._server.compare(tuple(found.values()))
            others = tuple(self._others(wanted))
        except errors.SightlineError as error:
            return observations.blind(self._kinds.surface, interest, str(error))
        idle = {
            key
            for key in found
            if key.name in shown.differing
            or (
                key.kind in shown.undisclosed
                and self._folder.modified(key.name) > shown.loaded_at
            )
        }
        # Gone from the disk, and loaded: it is gone when the server forgets it too.
        lingering = {
            key: one
            for key, one in wanted.items()
            if key.name in shown.superfluous and key not in found
        }
        return observations.Observation(
            surface=self._kinds.surface,
            found=found | lingering,
            idle=frozenset(idle | lingering.keys()),
            others=others,
        )

    def _find(
        self, wanted: Mapping[resources.Identity, resources.Resource]
    ) -> Iterator[tuple[resources.Identity, resources.Resource]]:
        for key in wanted:
            text = self._folder.read(key.name)
            found = None if text is None else self._kinds.read(key.name, text)
            if found is not None:
                yield key, found

    def _others(
        self, wanted: Collection[resources.Identity]
    ) -> Iterator[resources.Identity]:
        for shared in self._kinds.shared:
            for name in self._folder.list(shared):
                found = self._kinds.read(name, "")
                if found is not None and found.identity not in wanted:
                    yield found.identity


class DirectoryWriter:
    """Changes the files, and has them loaded; a `protocols.Writer` and a `Judge`.

    Files that the official tool refuses are never written; after a failed reload the
    former ones are put back.
    """

    def __init__(
        self, folder: folders.Folder, kinds: files.FileSet, server: served.Served
    ) -> None:
        self._folder = folder
        self._kinds = kinds
        self._server = server

    async def apply(
        self, pending: Sequence[changes.Pending], landed: protocols.Landed
    ) -> None:
        """Writes and deletes the files of one stage, and reads back what is loaded."""
        await self.judge(pending)
        texts = _texts(pending)
        former = {name: self._folder.read(name) for name in texts}
        try:
            self._folder.change(texts)
            await self._server.reload()
            await self._read_back(pending)
        except errors.SightlineError as error:
            await self._put_back(former, error)
            raise
        for one in pending:
            landed(one.identity)

    async def judge(self, pending: Sequence[changes.Pending]) -> None:
        """Lets the official tool judge what the directory would be; changes nothing."""
        self._folder.remove_leftovers()
        with self._folder.candidate(_texts(pending)) as candidate:
            await self._server.judge(candidate)

    async def _read_back(self, pending: Sequence[changes.Pending]) -> None:
        written = [one.after for one in pending if not isinstance(one, changes.Delete)]
        shown = await self._server.compare(written)
        gone = {one.identity.name for one in pending if isinstance(one, changes.Delete)}
        problems = [f"{name}: {why}" for name, why in shown.differing.items()]
        problems += [f"{name}: still loaded" for name in gone & shown.superfluous]
        if problems:
            raise errors.StageFailed(
                f"{self._kinds.surface.value} reloaded, and what it runs is not what"
                f" was written: {'; '.join(problems)}"
            )

    async def _put_back(
        self, former: Mapping[str, str | None], error: errors.SightlineError
    ) -> None:
        try:
            self._folder.change(former)
            await self._server.reload()
        except errors.SightlineError as second:
            names = ", ".join(str(PurePosixPath(name)) for name in former)
            raise errors.StageFailed(
                f"{error}\nthe former files ({names}) could not be put in effect"
                f" again: {second}"
            ) from error


def _texts(pending: Sequence[changes.Pending]) -> Mapping[str, str | None]:
    return {one.identity.name: _text_of(one) for one in pending}


def _text_of(change: changes.Pending) -> str | None:
    return None if isinstance(change, changes.Delete) else change.after.text
