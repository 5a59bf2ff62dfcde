"""Unit files: how a program is run, and how little of the machine it sees."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from sightline.compilers.systemd import layout
from sightline.model import artifacts, placement

__all__ = ["TARGET", "Unit", "artifact", "beside", "group"]

TARGET: Final = "sightline.target"
_FOLDER: Final = PurePosixPath("systemd")
_APART: Final = frozenset(" \t\"\\';")

_HARDENING: Final[Mapping[str, str]] = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "ProtectProc": "invisible",
    "ProtectClock": "yes",
    "ProtectHostname": "yes",
    "ProtectKernelLogs": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectControlGroups": "yes",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX AF_NETLINK",
    "RestrictNamespaces": "yes",
    "RestrictRealtime": "yes",
    "RestrictSUIDSGID": "yes",
    "LockPersonality": "yes",
    "MemoryDenyWriteExecute": "yes",
    "RemoveIPC": "yes",
    "SystemCallArchitectures": "native",
    "SystemCallFilter": "@system-service",
    "SystemCallErrorNumber": "EPERM",
    "UMask": "0077",
}
"""https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#Sandboxing"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A program as a unit.

    Attributes:
        words: the program, looked for where systemd looks, and its arguments.
        room: what it gets of the machine; its disk is whatever there is.
        variables: of its environment.
        credentials: the names of the secrets that it is shown.
        is_keeping: whether it has a folder whose content outlives it.
        settings: of `[Service]`, instead of what all units have or besides.
    """

    program: placement.Program
    description: str
    words: tuple[str, ...]
    room: placement.Room
    variables: Mapping[str, str] = field(default_factory=dict)
    credentials: tuple[str, ...] = ()
    is_keeping: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of its file."""
        return layout.unit_name(self.program)


def _quote(text: str) -> str:
    """Gives a text as one word, in which nothing is replaced but `$`."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"' if _APART & set(text) else escaped


def artifact(unit: Unit) -> artifacts.Artifact:
    """Gives the file of a unit."""
    head = [
        ("Description", unit.description),
        ("Wants", "network-online.target"),
        ("After", "network-online.target"),
        ("PartOf", TARGET),
        ("StartLimitIntervalSec", "0"),
    ]
    sections = {
        "Unit": head,
        "Service": _service(unit),
        "Install": [("WantedBy", TARGET)],
    }
    return beside(unit.name, _render(sections))


def group(organisation: str, units: Iterable[Unit]) -> artifacts.Artifact:
    """Gives the target that starts and stops all of them."""
    names = " ".join(one.name for one in units)
    sections = {
        "Unit": [("Description", f"Monitoring of {organisation}"), ("Wants", names)],
        "Install": [("WantedBy", "multi-user.target")],
    }
    return beside(TARGET, _render(sections))


def beside(name: str, text: str) -> artifacts.Artifact:
    """Gives a file of the build's folder for plain machines."""
    return artifacts.Artifact(path=_FOLDER / name, text=text)


def _service(unit: Unit) -> list[tuple[str, str]]:
    begin, *rest = unit.words
    words = " \\\n  ".join([begin, *(_quote(word).replace("$", "$$") for word in rest)])
    usual = {
        "Type": "exec",
        "DynamicUser": "yes",
        "Restart": "always",
        "RestartSec": "5s",
        # Room is a limit for memory; processors are shared by weight.
        "MemoryMax": f"{unit.room.memory_mebibytes}M",
        "CPUWeight": str(max(1, min(10_000, unit.room.cpu_millicores // 10))),
        "LimitNOFILE": "65536",
    }
    state = layout.state_of(unit.program).removeprefix("/var/lib/")
    kept = {"StateDirectory": state, "StateDirectoryMode": "0700"}
    settings = {
        **usual,
        **(kept if unit.is_keeping else {}),
        **_HARDENING,
        **unit.settings,
    }
    return [
        ("ExecStart", words),
        *(
            ("Environment", _quote(f"{name}={text}"))
            for name, text in unit.variables.items()
        ),
        *(
            ("LoadCredential", f"{name}:{layout.CREDENTIALS}/{name}")
            for name in unit.credentials
        ),
        *settings.items(),
    ]


def _render(sections: Mapping[str, list[tuple[str, str]]]) -> str:
    return "\n".join(
        f"[{name}]\n" + "".join(f"{key}={text}\n" for key, text in pairs)
        for name, pairs in sections.items()
    )
