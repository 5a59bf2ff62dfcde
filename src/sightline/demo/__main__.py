"""Runs one program of the reference platform: `python -m sightline.demo auth-svc …`."""

import importlib
import sys
from collections.abc import Sequence

from sightline.demo import settings

__all__ = ["main"]


def main(argv: Sequence[str]) -> int:
    """Runs the program that the arguments name until it is told to end."""
    told = settings.Settings.parse(argv)
    # By name, because each process imports only what it needs: there are twenty.
    kind = "traffic" if told.program == "traffic" else "serving"
    importlib.import_module(f"sightline.demo.{kind}").run(told)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
