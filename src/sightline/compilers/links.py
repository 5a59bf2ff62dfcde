"""Addresses that people follow: an alert's runbook page and its dashboard."""

from sightline.model import dashboards, environments, monitoring, names, signals

__all__ = [
    "SLO_DASHBOARD",
    "dashboard_url",
    "find_dashboard",
    "runbook_page_url",
    "runbook_url",
    "service_dashboard_url",
    "slo_dashboard_url",
]

SLO_DASHBOARD = names.DashboardUid("slo")
"""The dashboard of objectives and budgets; its variable `slo` chooses one."""


def runbook_url(declared: monitoring.Monitoring, level: signals.Level) -> str:
    """Gives the address of the level's runbook page."""
    return runbook_page_url(declared, level.runbook)


def runbook_page_url(declared: monitoring.Monitoring, slug: str) -> str:
    """Gives the address of one runbook page."""
    return f"{declared.organisation.runbook_base_url}/{slug}"


def slo_dashboard_url(
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    slo: names.SloName,
) -> str:
    """Gives the address of the dashboard that shows an objective, else of the first."""
    if SLO_DASHBOARD in declared.dashboards:
        return f"{environment.grafana_url}/d/{SLO_DASHBOARD}?var-slo={slo}"
    for uid in declared.dashboards:
        return f"{environment.grafana_url}/d/{uid}"
    return environment.grafana_url


def find_dashboard(
    declared: monitoring.Monitoring, signal: names.SignalName
) -> dashboards.Dashboard | None:
    """Gives the first dashboard that shows `signal`, else the first of all."""
    for dashboard in declared.dashboards.values():
        for row in dashboard.rows:
            for panel in row.panels:
                if any(query.signal == signal for query in panel.queries):
                    return dashboard
    return next(iter(declared.dashboards.values()), None)


def service_dashboard_url(
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    service: str,
) -> str:
    """Gives the address of the dashboard that shows each service, with one chosen.

    `service` is a name, or a template that becomes one.
    """
    for signal in declared.signals.values():
        if signal.each is signals.Each.SERVICE:
            return dashboard_url(declared, environment, signal, service)
    return environment.grafana_url


def dashboard_url(
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    signal: signals.Signal,
    service: str | None,
) -> str:
    """Gives the address of the dashboard that shows `signal`.

    `service` is what to choose in the dashboard's variable of that name: a name, or
    a template that becomes one; `None` chooses nothing.
    """
    dashboard = find_dashboard(declared, signal.name)
    if dashboard is None:
        return environment.grafana_url
    address = f"{environment.grafana_url}/d/{dashboard.uid}"
    has_variable = any(variable.name == "service" for variable in dashboard.variables)
    if service is None or not has_variable:
        return address
    return f"{address}?var-service={service}"
