"""Resources, in few words, for tests of deploying."""

from sightline.deploy import memories, resources

__all__ = ["dashboard", "resource", "routes", "rules", "state"]


def resource(
    surface: resources.Surface,
    kind: str,
    name: str,
    phase: resources.Phase,
    document: resources.Document = None,
) -> resources.Resource:
    return resources.Resource(
        identity=resources.Identity.of(surface, kind, name),
        phase=phase,
        document=document,
    )


def rules(name: str = "http.yml", **document: resources.Document) -> resources.Resource:
    return resource(
        resources.Surface.PROMETHEUS,
        "rules",
        name,
        resources.Phase.RULES,
        document,
    )


def routes(**document: resources.Document) -> resources.Resource:
    return resource(
        resources.Surface.ALERTMANAGER,
        "config",
        "alertmanager.yml",
        resources.Phase.ROUTES,
        document,
    )


def dashboard(
    uid: str = "executive", **document: resources.Document
) -> resources.Resource:
    return resource(
        resources.Surface.GRAFANA,
        "dashboard",
        uid,
        resources.Phase.DASHBOARDS,
        document,
    )


def state(*among: resources.Resource) -> memories.State:
    return {one.identity: one for one in among}
