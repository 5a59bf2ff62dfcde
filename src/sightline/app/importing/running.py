"""`import`: writes a spec from what a company has, and says what it could not keep."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sightline import errors
from sightline.app.beginning import writing as beginning
from sightline.app.importing import (
    boards,
    gathering,
    materials,
    naming,
    signals,
    surroundings,
    writing,
)
from sightline.clients import servers
from sightline.compilers import documents
from sightline.model import findings
from sightline.spec import loading

__all__ = ["Result", "run"]

_NO_PLACE: Final = "choose another folder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What an import came to.

    Attributes:
        files: that were written.
        alerts, signals, dashboards: how many were carried over.
        left: what was not, or not as it was.
        found: what is wrong with the spec that was written.
    """

    files: tuple[Path, ...]
    alerts: int
    signals: int
    dashboards: int
    left: tuple[materials.Leftover, ...]
    found: tuple[findings.Finding, ...]


async def run(request: gathering.Request, directory: Path) -> Result:
    """Imports into a folder that has no spec yet.

    Raises:
        InputError: there is nothing to import, or the folder has a spec.
        ServerUnavailable: a server that was named does not answer.
    """
    target = directory / beginning.SPEC
    if target.exists():
        raise errors.InputError(
            f"expected a folder without a spec, found {target}; {_NO_PLACE}"
        )
    async with servers.open_client() as client:
        material = await gathering.gather(request, client)
    if not (material.rules or material.boards or material.server):
        raise errors.InputError(
            "expected rule files, dashboards or a server, found none;"
            " give paths, --prometheus or --grafana"
        )
    return _write(material, directory)


def _write(material: materials.Material, directory: Path) -> Result:
    around = surroundings.survey(material)
    measured = signals.convert(material, around.owners)
    shown: dict[str, documents.Document] = {}
    left = [*material.left, *around.left, *measured.left]
    uids, named = naming.Taken(), measured.named()
    for board in material.boards:
        uid, document, lost = boards.convert(board, named, uids)
        left += lost
        if document is not None:
            shown[uid] = document
    texts = {
        f"{beginning.SPEC}/{name}": text
        for name, text in writing.render_spec(around.files, measured, shown).items()
    }
    texts[writing.REPORT] = writing.render_report(tuple(left))
    native = material.rule_file(measured.native)
    if native is not None:
        texts[writing.NATIVE_RULES] = native
    return Result(
        files=_write_files(directory, texts),
        alerts=sum(len(one.levels) for one in measured.signals),
        signals=len(measured.signals),
        dashboards=len(shown),
        left=tuple(left),
        found=loading.load(directory).findings,
    )


def _write_files(directory: Path, texts: dict[str, str]) -> tuple[Path, ...]:
    written = []
    try:
        for name, text in texts.items():
            file = directory / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            written.append(file)
    except OSError as error:
        raise errors.InputError(
            f"cannot write to {directory}: {error.strerror}; {_NO_PLACE}"
        ) from error
    return tuple(written)
