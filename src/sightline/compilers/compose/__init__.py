"""The model as a Compose file: the whole monitoring on one machine with Docker.

`docker compose -f build/compose/compose.yaml up -d` starts it on what is built beside
the file. https://github.com/compose-spec/compose-spec/blob/main/spec.md
"""

from sightline.compilers.compose import project, provisioning, targets
from sightline.model import artifacts, environments, monitoring

__all__ = ["compile_compose"]


def compile_compose(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[artifacts.Artifact, ...]:
    """Gives the Compose file, what Grafana is provisioned with, and target files.

    Only the programs of the file itself are in the target files; where the services
    are, whoever deploys them writes beside (`targets/services.json`).
    """
    declared = declared.within(environment)
    return (
        project.compile_project(declared, environment),
        *provisioning.compile_provisioning(declared, environment),
        *targets.compile_targets(declared, environment),
    )
