"""Where things lie on a plain machine."""

from typing import Final

from sightline.model import environments, placement

__all__ = [
    "ALERTMANAGER",
    "CREDENTIALS",
    "EVERYWHERE",
    "FILES",
    "GRAFANA",
    "HOME",
    "HOST",
    "PROJECT",
    "PROMETHEUS",
    "PYTHON",
    "credentials_of",
    "host_of",
    "state_of",
    "unit_name",
]

HOST: Final = "127.0.0.1"
"""Nobody asks who is there: what others may see is shown to them by a proxy."""

EVERYWHERE: Final = "0.0.0.0"  # noqa: S104 - where machines are several, they must meet

PROMETHEUS: Final = "/etc/prometheus"
ALERTMANAGER: Final = "/etc/alertmanager"
HOME: Final = "/etc/sightline"
GRAFANA: Final = f"{HOME}/grafana"
FILES: Final = f"{HOME}/files"
CREDENTIALS: Final = f"{HOME}/credentials"
"""Where the secrets lie, each a file of its name, which root alone can read."""

PYTHON: Final = "/opt/sightline/env/bin/python"
PROJECT: Final = "/opt/sightline/project"
"""Where the spec is checked out, and built, for the console to show."""


def host_of(environment: environments.Environment) -> str:
    """Gives the address to listen on: all of them where machines are several."""
    servers = (placement.Program.PROMETHEUS, placement.Program.ALERTMANAGER)
    is_alone = all(environment.replicas_of(one.value) == 1 for one in servers)
    return HOST if is_alone else EVERYWHERE


def unit_name(program: placement.Program) -> str:
    """Gives the name of a unit: no distribution has one of the same."""
    return f"sightline-{program.value}.service"


def state_of(program: placement.Program) -> str:
    """Gives the folder whose content outlives a program."""
    return f"/var/lib/sightline/{program.value}"


def credentials_of(unit: str) -> str:
    """Gives the folder in which systemd shows a unit its credentials."""
    return f"/run/credentials/{unit}"
