"""Second engines: the kept tests of every alert, judged by something else."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from sightline.model import findings
from sightline.proofs import engines, keeping, proving, verdicts

__all__ = ["confirm"]

_FAILED: Final = re.compile(r'failed to run unit test for file "(?P<file>[^"]+)":')
_BATCH: Final = 16
_RUNS: Final = 5
"""vmalert-tool may look before its storage shows what was just written, and then sees
no alert: only what fails every time is a difference."""


async def confirm(
    cases: Sequence[proving.Case],
    outcome: proving.Outcome,
    engine: engines.Engine,
    folder: Path,
) -> Sequence[verdicts.Proof]:
    """Gives the proofs, with what another engine sees otherwise.

    Args:
        cases: the alerts with their scenarios.
        outcome: what Prometheus made of them.
        engine: the other engine.
        folder: where files are written.
    """
    files: dict[Path, int] = {}
    for index, case in enumerate(cases):
        kept = keeping.keep(
            case, outcome.said, outcome.numbers, has_alerts_series=False
        )
        for one in kept:
            path = folder / "other" / one.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(one.text)
            if one.path.endswith(".test.yml"):
                files[path] = index
    failed = await _run_all(engine, list(files))
    for _ in range(_RUNS - 1):
        failed = await _run_all(engine, list(failed))
    different = {files[path]: why for path, why in failed.items()}
    return [
        _merge(proof, different.get(index, ""))
        for index, proof in enumerate(outcome.proofs)
    ]


async def _run_all(engine: engines.Engine, files: Sequence[Path]) -> Mapping[Path, str]:
    """Gives the files that failed, and what was said of each."""
    said = [await _run(engine, batch) for batch in _batches(files)]
    return {path: why for one in said for path, why in one.items()}


def _batches(files: Sequence[Path]) -> Sequence[Sequence[Path]]:
    return [files[n : n + _BATCH] for n in range(0, len(files), _BATCH)]


async def _run(engine: engines.Engine, files: Sequence[Path]) -> Mapping[Path, str]:
    """Gives for each file that failed what was said of it."""
    outcome = await engine.test_rules(*files)
    if isinstance(outcome, findings.NotChecked):
        raise engines.EngineFailed(outcome.reason)
    output = outcome.messages + outcome.output
    parts = _FAILED.split(output)[1:]
    failed = dict(zip(parts[::2], parts[1::2], strict=True))
    if not outcome.is_accepted and not failed:
        raise engines.EngineFailed(output.strip()[-200:] or "the engine said nothing")
    return {Path(file): " ".join(why.split())[:200] for file, why in failed.items()}


def _merge(proof: verdicts.Proof, different: str) -> verdicts.Proof:
    if not different:
        return proof
    finding = verdicts.Finding(
        verdicts.Claim.FIRES, f"the other engine sees it otherwise: {different}"
    )
    return dataclasses.replace(proof, broken=(*proof.broken, finding))
