"""The model as a Kubernetes cluster runs it, with kustomize alone: no operator.

`base/` is the same for everybody; an overlay is one environment.
"""

from sightline.compilers.kubernetes import base, overlays
from sightline.model import artifacts, environments, monitoring

__all__ = ["compile_kubernetes"]


def compile_kubernetes(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[artifacts.Artifact, ...]:
    """Gives base and overlay; nothing for an environment without a cluster."""
    if environment.place.kubernetes is None:
        return ()
    return (
        *base.compile_base(),
        *overlays.compile_overlay(declared, environment),
    )
