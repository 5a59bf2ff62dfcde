"""The model as a Kubernetes cluster runs it, with kustomize alone, or with an operator.

`base/` is the same for everybody, an overlay is one environment, and `operator/` is the
same environment where the Prometheus operator runs.
"""

from sightline.compilers.kubernetes import base, operator, overlays
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
        *operator.compile_operator(declared, environment),
    )
