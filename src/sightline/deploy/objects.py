"""Documents by fingerprint, and states that list them, in a folder."""

import hashlib
import os
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Final, cast

import msgspec

from sightline import errors
from sightline.deploy import memories, resources

__all__ = ["Objects"]

_DOCUMENTS: Final = "objects"
_STATES: Final = "states"


class _Kept(msgspec.Struct, frozen=True, kw_only=True):
    document: object
    text: str


class _Listed(msgspec.Struct, frozen=True, kw_only=True):
    resource: resources.Identity
    phase: resources.Phase
    form: resources.Form
    fingerprint: str


_KEPT: Final = msgspec.json.Decoder(_Kept)
_STATE: Final = msgspec.json.Decoder(tuple[_Listed, ...])


class Objects:
    """What was deployed at one time or another, and may be again."""

    def __init__(self, folder: Path) -> None:
        self._documents = folder / _DOCUMENTS
        self._states = folder / _STATES

    def keep(self, state: memories.State) -> str:
        """Keeps a state with its documents, and gives the name to ask for it by.

        Raises:
            EnvironmentFailed: they cannot be written.
        """
        listed = [
            _Listed(
                resource=key,
                phase=one.phase,
                form=one.form,
                fingerprint=one.fingerprint,
            )
            for key, one in sorted(state.items())
        ]
        content = msgspec.json.encode(listed)
        name = hashlib.sha256(content).hexdigest()
        try:
            for one in state.values():
                kept = _Kept(document=one.document, text=one.text)
                _write_once(
                    self._documents / one.fingerprint, msgspec.json.encode(kept)
                )
            _write_once(self._states / name, content)
            for folder in (self._documents, self._states):
                _sync(folder)
        except OSError as error:
            raise errors.EnvironmentFailed(
                f"the ledger's folder cannot be written: {error}"
            ) from error
        return name

    def load(self, name: str) -> memories.State:
        """Gives a state; what is not kept any more is left out."""
        listed = self._listed(name)
        found = (self._resource(one) for one in listed)
        return {one.identity: one for one in found if one is not None}

    def prune(self, kept: Collection[str]) -> None:
        """Throws away every state that is not among `kept`, and its documents."""
        used = {one.fingerprint for name in kept for one in self._listed(name)}
        for folder, names in ((self._states, set(kept)), (self._documents, used)):
            for path in folder.glob("*"):
                if path.name not in names:
                    path.unlink(missing_ok=True)

    def _listed(self, name: str) -> tuple[_Listed, ...]:
        try:
            return _STATE.decode((self._states / name).read_bytes())
        except (OSError, msgspec.DecodeError):
            return ()

    def _resource(self, listed: _Listed) -> resources.Resource | None:
        path = self._documents / listed.fingerprint
        try:
            kept = _KEPT.decode(path.read_bytes())
        except (OSError, msgspec.DecodeError):
            return None
        found = resources.Resource(
            identity=listed.resource,
            phase=listed.phase,
            form=listed.form,
            document=cast("resources.Document", kept.document),
            text=kept.text,
        )
        return found if found.fingerprint == listed.fingerprint else None


def _write_once(path: Path, content: bytes) -> None:
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".")
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    Path(draft).replace(path)


def _sync(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
