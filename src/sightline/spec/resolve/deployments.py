"""Where an environment is deployed to."""

from typing import assert_never

from sightline.model import deployment
from sightline.spec import deploy_shapes

__all__ = ["resolve_deployment"]


def resolve_deployment(
    shape: deploy_shapes.Deploy | None,
) -> deployment.Deployment | None:
    """Gives the places; `None` where none is declared."""
    if shape is None:
        return None
    return deployment.Deployment(
        prometheus=_directory(shape.prometheus),
        alertmanager=_directory(shape.alertmanager),
        grafana=_grafana(shape.grafana),
        kubernetes=deployment.Cluster(
            context=shape.kubernetes.context, operator=shape.kubernetes.operator
        )
        if shape.kubernetes
        else None,
        charts=tuple(
            deployment.Chart(
                release=name,
                chart=chart.chart,
                version=chart.version,
                namespace=chart.namespace,
                values=chart.values,
            )
            for name, chart in shape.helm.items()
        ),
    )


def _directory(shape: deploy_shapes.Directory | None) -> deployment.Directory | None:
    if shape is None:
        return None
    servers = tuple(url.rstrip("/") for url in shape.servers)
    return deployment.Directory(path=shape.directory, servers=servers)


def _grafana(
    shape: deploy_shapes.GrafanaPlace | None,
) -> deployment.GrafanaServer | deployment.Directory | None:
    match shape:
        case None:
            return None
        case deploy_shapes.GrafanaPlace(token=deploy_shapes.Credential() as token):
            return deployment.GrafanaServer(
                token=_credential(token), api=deployment.GrafanaApi(shape.api)
            )
        case deploy_shapes.GrafanaPlace(directory=directory):
            return deployment.Directory(path=str(directory))
        case _:
            assert_never(shape)


def _credential(shape: deploy_shapes.Credential) -> deployment.Credential:
    if shape.env is not None:
        return deployment.EnvironmentVariable(name=shape.env)
    if shape.file is not None:
        return deployment.SecretFile(path=shape.file)
    if shape.secret is not None:
        return deployment.KubernetesSecret(
            namespace=shape.secret.namespace,
            name=shape.secret.name,
            key=shape.secret.key,
        )
    return deployment.CommandOutput(argv=tuple(shape.command or ()))
