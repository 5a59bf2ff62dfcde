"""The ways to the credentials of an environment."""

from collections.abc import Mapping
from pathlib import Path

from sightline.app.deploying import clusters
from sightline.clients import credentials
from sightline.model import deployment

__all__ = ["open_keyring"]


def open_keyring(
    deploy: deployment.Deployment, root: Path, environ: Mapping[str, str]
) -> credentials.Keyring:
    """Gives a keyring that asks the environment's own cluster, where it has one."""
    context = deploy.kubernetes.context if deploy.kubernetes else ""
    return credentials.Keyring(
        root=root,
        environ=environ,
        kubectl=clusters.find_program("kubectl", environ),
        kubectl_arguments=(f"--context={context}",) if context else (),
    )
