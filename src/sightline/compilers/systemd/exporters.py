"""The exporters of a plain machine."""

from collections.abc import Mapping
from typing import Final

from sightline.compilers import programs
from sightline.compilers.kubernetes import base, files
from sightline.compilers.systemd import layout, units
from sightline.model import artifacts, environments, monitoring, placement

__all__ = ["exporter", "process_names"]

_Program = placement.Program
_PROCESS_NAMES: Final = "process-exporter.yml"

_TITLES: Final[Mapping[placement.Program, str]] = {
    _Program.BLACKBOX_EXPORTER: "Blackbox exporter: asks from outside",
    _Program.POSTGRES_EXPORTER: "PostgreSQL exporter",
    _Program.REDIS_EXPORTER: "Redis exporter",
    _Program.NODE_EXPORTER: "Node exporter: this machine",
    _Program.PROCESS_EXPORTER: "Process exporter: this machine's processes",
}

_SEES_PROCESSES: Final = {
    # What other users' processes do is shown to nobody without these.
    "CapabilityBoundingSet": "CAP_DAC_READ_SEARCH CAP_SYS_PTRACE",
    "AmbientCapabilities": "CAP_DAC_READ_SEARCH CAP_SYS_PTRACE",
    "ProtectProc": "default",
}
_SEES_DISKS: Final = {
    # Of a home that is hidden, the size is, too.
    "ProtectHome": "read-only",
    "ProtectProc": "default",
    "PrivateTmp": "no",
}
_SETTINGS: Final[Mapping[placement.Program, Mapping[str, str]]] = {
    _Program.BLACKBOX_EXPORTER: {"ExecReload": "/bin/kill -HUP $MAINPID"},
    _Program.NODE_EXPORTER: _SEES_DISKS,
    _Program.PROCESS_EXPORTER: _SEES_PROCESSES,
}


def exporter(
    program: placement.Program,
    declared: monitoring.Monitoring,
    environment: environments.Environment,
) -> units.Unit:
    """Gives an exporter, connected to what the environment says."""
    shown = layout.credentials_of(layout.unit_name(program))
    variables = files.exporter_variables(program, declared, environment, shown)
    found = programs.find_exporter(program, declared, environment)
    file = found[1].password_file if found else None
    return units.Unit(
        program=program,
        description=_TITLES[program],
        words=_words(program, layout.host_of(environment)),
        room=environment.place.rooms[program],
        variables={name: text for name, text in variables.items() if text},
        credentials=(file.name,) if file else (),
        settings=_SETTINGS.get(program, {}),
    )


def process_names() -> artifacts.Artifact:
    """Gives the file that groups processes by the name of their program."""
    return units.beside(_PROCESS_NAMES, base.PROCESS_CONFIG)


def _words(program: placement.Program, host: str) -> tuple[str, ...]:
    address = f"{host}:{programs.FACTS[program].port}"
    listen = f"--web.listen-address={address}"
    match program:
        case _Program.BLACKBOX_EXPORTER:
            config = f"--config.file={layout.PROMETHEUS}/blackbox.yml"
            return ("blackbox_exporter", config, listen)
        case _Program.NODE_EXPORTER:
            return ("node_exporter", listen)
        case _Program.PROCESS_EXPORTER:
            return (
                "process-exporter",
                f"-config.path={layout.HOME}/{_PROCESS_NAMES}",
                f"-web.listen-address={address}",
                "-threads=false",
                "-gather-smaps=false",
            )
        case _Program.POSTGRES_EXPORTER:
            return ("postgres_exporter", listen)
        case _Program.REDIS_EXPORTER:
            return ("redis_exporter", listen)
        case _:
            raise ValueError(f"{program.value} is no exporter")
