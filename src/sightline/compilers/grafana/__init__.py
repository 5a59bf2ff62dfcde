"""The model as Grafana reads it: classic dashboards and provisioning files.

https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
"""

from sightline.compilers.grafana import dashboard_files, provisioning
from sightline.model import artifacts, environments, monitoring

__all__ = ["compile_dashboards", "compile_grafana"]


def compile_grafana(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[artifacts.Artifact, ...]:
    """Gives one file for each dashboard, and the files that provision them."""
    declared = declared.within(environment)
    return (
        *compile_dashboards(declared),
        *provisioning.compile_provisioning(declared, environment),
    )


def compile_dashboards(
    declared: monitoring.Monitoring,
) -> tuple[artifacts.Artifact, ...]:
    """Gives one file for each dashboard; `declared` is what exists in one place."""
    return tuple(
        dashboard_files.compile_dashboard(dashboard, declared)
        for dashboard in declared.dashboards.values()
    )
