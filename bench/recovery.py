"""How long after a SIGKILL each component is back, and the stack verified again.

Every component of the whole stack is killed, one after another. The limit is thirty
seconds to a green `verify`; there is no peer to stand beside.
"""

import tempfile
from pathlib import Path
from typing import Final

from sightline.stack import plot_library
from support import projects, recoveries

_LIMIT_SECONDS: Final = 30.0


def _row(recovery: recoveries.Recovery) -> str:
    if recovery.back_seconds is None or recovery.verified_seconds is None:
        return f"{recovery.name:<24}not within {_LIMIT_SECONDS:.0f} s\n{recovery.said}"
    return (
        f"{recovery.name:<24}back {recovery.back_seconds:>5.1f} s"
        f"   verified {recovery.verified_seconds:>5.1f} s"
    )


def main() -> None:
    """Kills every component and prints a row for each."""
    plot_library.ensure()
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        project = projects.Project(Path(folder))
        try:
            project.start()
            names = sorted(recoveries.ready_components(project))
            rows = [recoveries.kill(project, name, _LIMIT_SECONDS) for name in names]
        finally:
            project.run("down")
    for recovery in rows:
        print(_row(recovery))
    within = [one.verified_seconds for one in rows if one.verified_seconds is not None]
    print(
        f"{len(within)} of {len(rows)} components verified again, "
        f"the slowest after {max(within):.1f} s"
    )


if __name__ == "__main__":
    main()
