"""What is sightline's own on a plain machine: the collectors and the console."""

from collections.abc import Mapping
from typing import Final

from sightline.compilers import collector_settings, programs
from sightline.compilers.systemd import layout, units
from sightline.model import environments, placement

__all__ = ["collectors", "console"]

_Program = placement.Program
_PYTHONS: Final[Mapping[str, str]] = {
    # Some of its libraries make code while they run.
    "MemoryDenyWriteExecute": "no",
}


def collectors(environment: environments.Environment) -> units.Unit:
    """Gives what exposes metrics of whatever has none."""
    program = _Program.COLLECTORS
    return units.Unit(
        program=program,
        description="Collectors: metrics of what has none",
        words=(
            layout.PYTHON,
            "-m",
            "sightline",
            "collect",
            f"--config={layout.HOME}/collect.yaml",
        ),
        room=environment.place.rooms[program],
        # glibc keeps an arena per thread otherwise: megabytes for nothing.
        variables={"MALLOC_ARENA_MAX": "1"},
        credentials=collector_settings.secret_keys(environment),
        is_keeping=True,
        settings=_PYTHONS,
    )


def console(environment: environments.Environment) -> units.Unit:
    """Gives the console, for a proxy on the same machine to show."""
    program = _Program.CONSOLE
    state = layout.state_of(program)
    return units.Unit(
        program=program,
        description="Console: dashboards, alerts, objectives and runbooks",
        words=(
            layout.PYTHON,
            "-m",
            "sightline.console",
            f"--port={programs.FACTS[program].port}",
            f"--build={layout.PROJECT}/build",
            f"--project={layout.PROJECT}",
            f"--environment={environment.name}",
            f"--prometheus={_url(_Program.PROMETHEUS)}",
            f"--alertmanager={_url(_Program.ALERTMANAGER)}",
            f"--inbox={state}/inbox",
            f"--run={state}/run",
        ),
        room=environment.place.rooms[program],
        is_keeping=True,
        settings=_PYTHONS,
    )


def _url(program: placement.Program) -> str:
    return f"http://{layout.HOST}:{programs.FACTS[program].port}"
