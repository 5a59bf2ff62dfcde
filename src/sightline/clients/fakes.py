"""Fakes of the servers that sightline asks, for tests without a network.

Each answers like a server in good health that knows what its attributes say. Change
an attribute to break it; leave it out of `open_client` and nothing answers there.
"""

import datetime as dt
import json
import urllib.parse
from collections.abc import Callable, Mapping
from typing import Final, Protocol

import httpx

__all__ = [
    "FakeAlertmanager",
    "FakeConsole",
    "FakeExposition",
    "FakeGrafana",
    "FakePrometheus",
    "FakeServer",
    "open_client",
]

_Json = Mapping[str, object]
_Vector = list[tuple[Mapping[str, str], float]]

_STARTED: Final = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


class FakeServer(Protocol):
    """One server: where it is, and how it answers."""

    url: str

    def answer(self, request: httpx.Request, path: str) -> httpx.Response:
        """Gives the answer to a request; `path` is that below the server's address."""
        ...


def open_client(*servers: FakeServer) -> httpx.AsyncClient:
    """Gives a client that reaches these servers and no others."""

    def dispatch(request: httpx.Request) -> httpx.Response:
        address = str(request.url.copy_with(query=None))
        for server in servers:
            if address.startswith(f"{server.url}/"):
                return server.answer(request, address.removeprefix(server.url))
        raise httpx.ConnectError("connection refused", request=request)

    return httpx.AsyncClient(transport=httpx.MockTransport(dispatch))


class FakePrometheus:
    """A Prometheus.

    Attributes:
        is_ready: whether it is ready to answer.
        build, runtime: what its status pages say.
        targets, groups, alertmanagers: in the shapes of the real API.
        results: what queries give, by expression: pairs of labels and number.
        result: gives what every other query gives.
        queries: every expression that was asked, in order.
    """

    def __init__(self, url: str = "http://prometheus") -> None:
        self.url = url
        self.is_ready = True
        self.build: dict[str, object] = {"version": "3.5.3", "revision": "abc"}
        self.runtime: dict[str, object] = {
            "startTime": _STARTED.isoformat(),
            "lastConfigTime": _STARTED.isoformat(),
            "serverTime": (_STARTED + dt.timedelta(hours=1)).isoformat(),
            "reloadConfigSuccess": True,
            "storageRetention": "40d",
        }
        self.targets: list[_Json] = []
        self.groups: list[_Json] = []
        self.alertmanagers = [f"{self.url}:9093/api/v2/alerts"]
        self.results: dict[str, _Vector] = {}
        self.result: Callable[[str], _Vector] = lambda _: [({}, 1.0)]
        self.queries: list[str] = []

    def answer(self, request: httpx.Request, path: str) -> httpx.Response:
        """Answers the part of the API that is asked by sightline."""
        if path == "/-/ready":
            return httpx.Response(200 if self.is_ready else 503, text="Not ready")
        if path == "/api/v1/query":
            return self._answer_query(request)
        answers: dict[str, object] = {
            "/api/v1/status/buildinfo": self.build,
            "/api/v1/status/runtimeinfo": self.runtime,
            "/api/v1/targets": {"activeTargets": self.targets},
            "/api/v1/rules": {"groups": self.groups},
            "/api/v1/alertmanagers": {
                "activeAlertmanagers": [{"url": url} for url in self.alertmanagers]
            },
        }
        if path not in answers:
            return httpx.Response(404, text="404 page not found")
        return _success(answers[path])

    def _answer_query(self, request: httpx.Request) -> httpx.Response:
        form = urllib.parse.parse_qs(request.content.decode())
        expr = form["query"][0]
        self.queries.append(expr)
        found = self.results[expr] if expr in self.results else self.result(expr)
        vector = [
            {"metric": dict(labels), "value": [_STARTED.timestamp(), str(number)]}
            for labels, number in found
        ]
        return _success({"resultType": "vector", "result": vector})


class FakeAlertmanager:
    """An Alertmanager.

    Attributes:
        config: the loaded configuration as it is printed.
        cluster: `ready` or `settling`, with `peers`; `disabled` alone.
        alerts: in the shape of the real API.
        received: everything that was posted, by path.
    """

    def __init__(self, url: str = "http://alertmanager") -> None:
        self.url = url
        self.is_ready = True
        self.version = "0.33.1"
        self.config = ""
        self.cluster = "disabled"
        self.peers: list[str] = []
        self.alerts: list[_Json] = []
        self.silences: list[_Json] = []
        self.receivers: list[str] = []
        self.received: list[tuple[str, object]] = []

    def add_alert(self, state: str = "active", **labels: str) -> None:
        """Adds an alert that fires, `active` or `suppressed`."""
        self.alerts.append(
            {
                "labels": labels,
                "annotations": {},
                "startsAt": _STARTED.isoformat(),
                "endsAt": _STARTED.isoformat(),
                "updatedAt": _STARTED.isoformat(),
                "fingerprint": f"{len(self.alerts):016x}",
                "receivers": [],
                "status": {
                    "state": state,
                    "silencedBy": [],
                    "inhibitedBy": [],
                    "mutedBy": [],
                },
            }
        )

    def answer(self, request: httpx.Request, path: str) -> httpx.Response:
        """Answers the part of the API that is asked by sightline."""
        if path == "/-/ready":
            return httpx.Response(200 if self.is_ready else 503)
        if request.method != "GET":
            self.received.append((path, json.loads(request.content or b"null")))
            return httpx.Response(200, json={"silenceID": "1"})
        answers: dict[str, object] = {
            "/api/v2/status": {
                "cluster": {
                    "status": self.cluster,
                    "peers": [{"name": one, "address": one} for one in self.peers],
                },
                "versionInfo": {"version": self.version},
                "config": {"original": self.config},
                "uptime": _STARTED.isoformat(),
            },
            "/api/v2/alerts": self.alerts,
            "/api/v2/silences": self.silences,
            "/api/v2/receivers": [{"name": name} for name in self.receivers],
        }
        if path not in answers:
            return httpx.Response(404)
        return httpx.Response(200, json=answers[path])


class FakeGrafana:
    """A Grafana; `dashboards` by uid, `database` as its health says."""

    def __init__(self, url: str = "http://grafana") -> None:
        self.url = url
        self.version = "12.3.0"
        self.database = "ok"
        self.dashboards: dict[str, _Json] = {}
        self.behind = FakePrometheus()

    def answer(self, request: httpx.Request, path: str) -> httpx.Response:
        """Answers the part of the API that is asked by sightline."""
        proxied = "/api/datasources/proxy/uid/prometheus"
        if path.startswith(proxied):
            return self.behind.answer(request, path.removeprefix(proxied))
        if path == "/api/health":
            health = {"database": self.database, "version": self.version}
            return httpx.Response(200, json=health)
        if path == "/api/search":
            return httpx.Response(200, json=[{"uid": uid} for uid in self.dashboards])
        return _answer_dashboard(
            self.dashboards, path.removeprefix("/api/dashboards/uid/")
        )


class FakeConsole:
    """A console; `dashboards` by uid."""

    def __init__(self, url: str = "http://console") -> None:
        self.url = url
        self.dashboards: dict[str, _Json] = {}
        self.behind = FakePrometheus()

    def answer(self, request: httpx.Request, path: str) -> httpx.Response:
        """Answers the part of the API that is asked by sightline."""
        proxied = "/api/prometheus"
        if path.startswith(proxied):
            return self.behind.answer(request, path.removeprefix(proxied))
        if path == "/health":
            return httpx.Response(200, text="ok\n")
        if path == "/api/dashboards":
            listed = [{"uid": uid} for uid in self.dashboards]
            return httpx.Response(200, json={"dashboards": listed})
        return _answer_dashboard(self.dashboards, path.removeprefix("/api/dashboards/"))


class FakeExposition:
    """A process that exposes `text` at `/metrics`."""

    def __init__(self, url: str = "http://receivers", text: str = "") -> None:
        self.url = url
        self.text = text

    def answer(self, request: httpx.Request, path: str) -> httpx.Response:
        """Answers a scrape."""
        del request
        return httpx.Response(200 if path == "/metrics" else 404, text=self.text)


def _success(found: object) -> httpx.Response:
    return httpx.Response(200, json={"status": "success", "data": found})


def _answer_dashboard(dashboards: Mapping[str, _Json], uid: str) -> httpx.Response:
    if uid not in dashboards:
        return httpx.Response(404, json={"message": "Dashboard not found"})
    return httpx.Response(200, json={"dashboard": dashboards[uid]})
