"""Versions of programs: read from what they print, compared as numbers."""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from sightline import errors

__all__ = ["Version", "parse_version", "probe_version", "render_version"]

Version = tuple[int, ...]

_VERSION: Final = re.compile(r"\d+(?:\.\d+)+")
_PROBE_SECONDS: Final = 10.0


def parse_version(text: str) -> Version | None:
    """Gives the first dotted number in `text`; `None` when there is none.

    Debian's epoch (`5:8.0.2-3`) and revision are passed over.
    """
    match = _VERSION.search(text)
    return tuple(map(int, match[0].split("."))) if match else None


def render_version(version: Version | None) -> str:
    """Writes `3.5.3`; nothing for an unknown version."""
    return "" if version is None else ".".join(map(str, version))


async def probe_version(
    program: Path, flag: str, environment: Mapping[str, str]
) -> Version | None:
    """Asks a program for its version; `None` when its answer has none.

    Raises:
        ComponentMissing: the program cannot be run.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            program,
            flag,
            env=dict(environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
    except OSError as error:
        raise errors.ComponentMissing(f"{program}: {error.strerror}") from error
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            output, _ = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return None
    return parse_version(output.decode(errors="replace"))
