"""The model as Grafana reads it: classic dashboards and provisioning files.

https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
"""

from sightline.compilers.grafana import dashboard_files, provisioning
from sightline.model import artifacts, environments, monitoring

__all__ = ["compile_grafana"]


def compile_grafana(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[artifacts.Artifact, ...]:
    """Gives one file for each dashboard, and the files that provision them."""
    declared = declared.within(environment)
    return (
        *(
            dashboard_files.compile_dashboard(dashboard, declared)
            for dashboard in declared.dashboards.values()
        ),
        *provisioning.compile_provisioning(declared, environment),
    )
