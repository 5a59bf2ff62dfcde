"""Dashboards as files: rows, variables, links, and alerts as annotations."""

from pathlib import PurePosixPath

from sightline.compilers import documents, links
from sightline.compilers.grafana import data_sources, layout, panels
from sightline.model import artifacts, dashboards, environments, monitoring, slos

__all__ = ["SCHEMA_VERSION", "compile_dashboard"]

SCHEMA_VERSION = 42
"""The last version of the classic schema; Grafana 11 to 13 load it."""

_ROW_HEIGHT = 1
_SHARED_CROSSHAIR = 1
_ON_LOAD = 1
_ON_TIME_RANGE_CHANGE = 2
_ALPHABETICAL = 1


def compile_dashboard(
    dashboard: dashboards.Dashboard, declared: monitoring.Monitoring
) -> artifacts.Artifact:
    """Gives `grafana/dashboards/<uid>.json` in the classic form."""
    document: documents.Document = {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "description": dashboard.purpose,
        "tags": list(dashboard.tags),
        "schemaVersion": SCHEMA_VERSION,
        "editable": False,
        "graphTooltip": _SHARED_CROSSHAIR,
        "refresh": str(dashboard.refresh),
        "time": {"from": f"now-{dashboard.time_range}", "to": "now"},
        "timezone": "browser",
        "annotations": {"list": [_firing_alerts(dashboard, declared)]},
        "templating": {
            "list": [
                _environment(),
                *(_variable(variable) for variable in dashboard.variables),
            ]
        },
        "links": [_link(link) for link in dashboard.links],
        "panels": _panels(dashboard, declared),
    }
    return artifacts.Artifact(
        path=PurePosixPath("grafana/dashboards") / f"{dashboard.uid}.json",
        text=documents.render_json(document),
    )


def _panels(
    dashboard: dashboards.Dashboard, declared: monitoring.Monitoring
) -> list[documents.Document]:
    """Gives rows and panels in reading order, numbered from 1.

    The panels of a collapsed row lie inside it, at the places they take when it is
    opened; the row below moves up.
    """
    compiled: list[documents.Document] = []
    identifier, top = 0, 0
    for row in dashboard.rows:
        identifier += 1
        row_identifier = identifier
        shown = [panel for panel in row.panels if _is_possible(panel, declared)]
        sizes = [layout.Size(width=p.width, height=p.height) for p in shown]
        places = layout.place(sizes, top + _ROW_HEIGHT)
        members: list[documents.Document] = []
        for panel, place in zip(shown, places, strict=True):
            identifier += 1
            members.append(
                panels.compile_panel(panel, place, identifier, dashboard, declared)
            )
        inside = members if row.collapsed else []
        compiled.append(_row(row, row_identifier, top, inside))
        top += _ROW_HEIGHT
        if not row.collapsed:
            compiled += members
            top = max((place.y + place.height for place in places), default=top)
    return compiled


def _is_possible(panel: dashboards.Panel, declared: monitoring.Monitoring) -> bool:
    """Whether the environment has the facilities that the panel is about.

    A source that is missing is named where people look for it. A cluster that nobody
    wanted is not missing.
    """
    lacking = declared.lacking(monitoring.find_needs(panel, declared))
    return environments.FACILITIES.isdisjoint(lacking)


def _shown_alerts(
    dashboard: dashboards.Dashboard, declared: monitoring.Monitoring
) -> set[str]:
    """Gives the alerts on what the dashboard's panels show."""
    if dashboard.uid == links.SLO_DASHBOARD:
        return set(slos.ALERTS)
    return {
        level.alert
        for row in dashboard.rows
        for panel in row.panels
        for query in panel.queries
        if query.signal is not None
        for level in declared.signals[query.signal].levels
        if not level.heartbeat
    }


def _row(
    row: dashboards.Row,
    identifier: int,
    top: int,
    members: list[documents.Document],
) -> documents.Document:
    return {
        "id": identifier,
        "type": "row",
        "title": row.title,
        "collapsed": row.collapsed,
        "gridPos": {"h": _ROW_HEIGHT, "w": layout.COLUMNS, "x": 0, "y": top},
        "panels": members,
    }


def _environment() -> documents.Document:
    """Gives the variable that chooses whose Prometheus is asked; at first, ours."""
    return {
        "name": data_sources.ENVIRONMENT,
        "label": "Environment",
        "type": "datasource",
        "query": "prometheus",
        "regex": "",
        "refresh": _ON_LOAD,
        "multi": False,
        "includeAll": False,
        "current": {
            "selected": True,
            "text": data_sources.PROMETHEUS_NAME,
            "value": data_sources.PROMETHEUS_UID,
        },
        "options": [],
        "skipUrlSync": False,
    }


def _variable(variable: dashboards.Variable) -> documents.Document:
    return {
        "name": variable.name,
        "label": variable.label,
        "type": "query",
        "datasource": dict(data_sources.PROMETHEUS),
        "query": f"label_values({variable.metric}, {variable.source_label})",
        "refresh": _ON_TIME_RANGE_CHANGE,
        "sort": _ALPHABETICAL,
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
        "options": [],
        "skipUrlSync": False,
    }


def _link(link: dashboards.Link) -> documents.Document:
    return {
        "type": "link",
        "title": link.title,
        "url": f"/d/{link.dashboard}",
        "asDropdown": False,
        "icon": "dashboard",
        "includeVars": True,
        "keepTime": True,
        "tags": [],
        "targetBlank": False,
        "tooltip": "",
    }


def _firing_alerts(
    dashboard: dashboards.Dashboard, declared: monitoring.Monitoring
) -> documents.Document:
    """Gives the annotation that marks when the dashboard's own alerts fired.

    Only for the chosen services, where they can be chosen. A dashboard whose numbers
    alert nobody marks what paged: it explains them.
    """
    alerts = sorted(_shown_alerts(dashboard, declared))
    chosen = f'alertname=~"{"|".join(alerts)}"' if alerts else 'priority="P0"'
    matchers = ['alertstate="firing"', 'severity!="info"', chosen]
    matchers += [
        f'{variable.source_label}=~"${variable.name}"'
        for variable in dashboard.variables
        if variable.source_label == "service"
    ]
    return {
        "name": "Firing alerts",
        "datasource": dict(data_sources.PROMETHEUS),
        "enable": True,
        "hide": False,
        "iconColor": "red",
        "expr": f"ALERTS{{{','.join(matchers)}}}",
        "step": "60s",
        "titleFormat": "{{alertname}}",
        "textFormat": "{{service}} {{priority}}",
        "tagKeys": "service,priority",
        "useValueForTime": False,
    }
