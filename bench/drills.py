"""How long from a fault to its page, and from its end to the resolve.

`sightline drill` on a stack of its own, one fault after another: the clock stops when
every channel that is promised the page has it, and again when every one has the
resolve. The limit is the alert's own `for` plus thirty seconds. The recoveries take
minutes: error ratios look back five minutes, and alerts outlive their condition on
purpose. A drill begins when its alert no longer fires from the one before.
"""

import argparse
import tempfile
from pathlib import Path
from typing import Final

from sightline.stack import plot_library
from support import projects

_DEFAULT: Final = (
    "billing-errors",
    "payment-failing",
    "auth-gone",
    "postgres-down",
    "postgres-and-exporter-down",
)


def main() -> None:
    """Runs the drills that were asked for and prints what they printed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("faults", nargs="*", default=_DEFAULT)
    chosen = parser.parse_args().faults
    plot_library.ensure()
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        project = projects.Project(Path(folder))
        try:
            project.start()
            for fault in chosen:
                drilled = project.run("drill", fault)
                print(drilled.stdout or drilled.stderr, end="", flush=True)
        finally:
            project.run("down")


if __name__ == "__main__":
    main()
