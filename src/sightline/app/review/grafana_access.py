"""The way to the Grafana of an environment, or why there is none."""

from collections.abc import Mapping
from pathlib import Path

import httpx

from sightline import errors
from sightline.app import live
from sightline.app.deploying import clusters
from sightline.clients import credentials, grafana
from sightline.model import deployment, environments, findings

__all__ = ["reach"]


async def reach(
    client: httpx.AsyncClient,
    environment: environments.Environment,
    root: Path,
    environ: Mapping[str, str],
) -> grafana.Connection | findings.NotChecked:
    """Gives the connection that `apply` would use; it is only read through here."""
    if environment.name == live.LOCAL:
        return _not_checked("the local stack shows dashboards in its console, to all")
    deploy = environment.deploy
    if deploy is None or not isinstance(deploy.grafana, deployment.GrafanaServer):
        return _not_checked(
            f"the environment {environment.name!r} names no Grafana with a token"
        )
    keys = credentials.Keyring(
        root=root,
        environ=environ,
        kubectl=clusters.find_program("kubectl", environ),
        kubectl_arguments=(),
    )
    try:
        token = grafana.Token(await keys.fetch(deploy.grafana.token))
    except errors.CredentialMissing as reason:
        return _not_checked(str(reason))
    return grafana.Connection(client, environment.grafana_url, token)


def _not_checked(reason: str) -> findings.NotChecked:
    return findings.NotChecked(subject="who has access to Grafana", reason=reason)
