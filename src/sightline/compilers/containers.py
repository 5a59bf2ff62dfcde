"""What the servers are configured with inside containers, where paths are ours.

The configuration of a container is that of a plain machine, but for where files lie and
where the servers find one another.
"""

from dataclasses import replace
from typing import Final

from sightline.model import environments

__all__ = ["SECRETS", "within_containers"]

SECRETS: Final = "/etc/sightline/secrets"
"""Where the files with the secrets of Alertmanager are mounted."""


def within_containers(
    environment: environments.Environment,
    prometheus_url: str,
    alertmanager_url: str,
    secrets: str = SECRETS,
) -> environments.Environment:
    """Gives the environment as its servers see it.

    The addresses are those by which Grafana reaches the servers. Nothing is recorded
    beside the configuration, which nobody can write there.
    """
    return replace(
        environment,
        prometheus_url=prometheus_url,
        alertmanager_url=alertmanager_url,
        secrets_directory=secrets,
        event_recorder=None,
    )
