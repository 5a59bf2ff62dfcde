"""Where the systems of an environment answer, the local stack's included."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from sightline.app import environments
from sightline.model import environments as environment_model
from sightline.model import monitoring
from sightline.stack import layout, profiles, runners, states
from sightline.stack.components import victoria_metrics

__all__ = ["HOST", "LOCAL", "at_ports", "choose", "running_ports"]

LOCAL: Final = "local"
"""The environment of the local stack: its addresses are those of the running one."""

HOST: Final = "127.0.0.1"

_PORT_FLAG: Final = re.compile(r"--(?P<name>[a-z-]+)-port=(?P<port>\d+)")


def choose(
    declared: monitoring.Monitoring, name: str | None
) -> environment_model.Environment:
    """Gives the environment called `name`; without a name the local one, if any.

    Raises:
        InputError: when the spec declares no such environment.
    """
    if name is None and LOCAL in declared.environments:
        name = LOCAL
    return environments.choose(declared, name)


def running_ports(root: Path) -> Mapping[str, int]:
    """Gives the ports of the running stack; none when nothing was ever started.

    Of servers that stand in for one another the first has the port of one that is
    ready: who asks it is answered for as long as there is one.
    """
    state = states.read_state(layout.Layout.of_project(root).state)
    found = state.components if state else ()
    ports: dict[str, int] = {}
    for component in found:
        if component.port is not None:
            ports[component.name] = component.port
        # A component with more ports than one names them on its command line.
        for word in component.argv:
            if match := _PORT_FLAG.fullmatch(word):
                ports[match["name"]] = int(match["port"])
    ready = {one.name for one in found if one.state == runners.State.READY.value}
    for names in (profiles.PROMETHEUS, profiles.ALERTMANAGERS):
        able = next((name for name in names if name in ready), None)
        if able is not None and able in ports:
            ports[names[0]] = ports[able]
    return ports


def at_ports(
    environment: environment_model.Environment, ports: Mapping[str, int]
) -> environment_model.Environment:
    """Gives the environment as `up` built it, on the ports that it found free."""

    def url(component: str, otherwise: str, path: str = "") -> str:
        port = ports.get(component)
        return f"http://{HOST}:{port}{path}" if port else otherwise

    smtp = ports.get("smtp")
    storage = url(profiles.STORAGE, "")
    return replace(
        environment,
        prometheus_url=url("prometheus", environment.prometheus_url),
        alertmanager_url=url("alertmanager", environment.alertmanager_url),
        grafana_url=url("console", environment.grafana_url),
        pagerduty_url=url("pagerduty", environment.pagerduty_url, "/v2/enqueue"),
        smtp_smarthost=f"{HOST}:{smtp}" if smtp else environment.smtp_smarthost,
        replicas=dict(environment.replicas) | _count_replicas(ports),
        remote_write=environment_model.RemoteWrite(
            url=f"{storage}{victoria_metrics.WRITE_PATH}", query_url=storage
        )
        if storage
        else environment.remote_write,
    )


def _count_replicas(ports: Mapping[str, int]) -> dict[str, int]:
    """Gives how many Prometheus servers and Alertmanagers there are, if any."""
    counted = {
        names[0]: sum(name in ports for name in names)
        for names in (profiles.PROMETHEUS, profiles.ALERTMANAGERS)
    }
    return {job: count for job, count in counted.items() if count}
