"""Fetches what the local stack is made of: `python -m sightline.stack.acquire`."""

import asyncio
import os
import sys

from sightline import errors
from sightline.stack.acquire import binaries, catalogue, platforms


def _main() -> int:
    settings = binaries.settings_from_environ(os.environ, {})
    names = catalogue.local_stack(platforms.observe_platform().system)
    try:
        found = asyncio.run(binaries.acquire(names, settings))
    except errors.SightlineError as error:
        print(f"sightline: {error}", file=sys.stderr)
        return error.exit_code
    for binary in found.values():
        print(f"{binary.name:<18} {binary.version or '-':<10} {binary.source}")
    return 0


if __name__ == "__main__":
    sys.exit(_main())
