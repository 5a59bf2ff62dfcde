"""Stands in for Grafana's program where there is none: its words, its provisioning.

It takes the flags and the environment that Grafana takes, reads the provisioning files
as strictly as Grafana does, and answers strangers what a Viewer may ask. It draws
nothing. Grafana itself has judged none of this.
"""

import http.server
import json
import os
import sys
from pathlib import Path
from typing import Any

import httpx
import yaml

VERSION = "13.2.0"
PROXY = "/api/datasources/proxy/uid/"


def main() -> None:
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"grafana version {VERSION}\n")
        return
    assert sys.argv[1] == "server"
    assert sys.argv[2].startswith("--homepath=")
    place = os.environ["GF_SERVER_HTTP_ADDR"], int(os.environ["GF_SERVER_HTTP_PORT"])
    http.server.ThreadingHTTPServer(place, Answering).serve_forever()


def provisioned(kind: str) -> dict[str, Any]:
    folder = Path(os.environ["GF_PATHS_PROVISIONING"], kind)
    (file,) = folder.glob("*.yml")
    document: dict[str, Any] = yaml.safe_load(os.path.expandvars(file.read_text()))
    assert document["apiVersion"] == 1
    return document


def dashboards() -> dict[str, dict[str, Any]]:
    (provider,) = provisioned("dashboards")["providers"]
    files = sorted(Path(provider["options"]["path"]).glob("*.json"))
    read = (json.loads(file.read_text()) for file in files)
    return {
        board["uid"]: {**board, "id": number, "version": 1}
        for number, board in enumerate(read, 1)
    }


class Answering(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith(PROXY):
            self._pass_on(None)
        elif path == "/api/health":
            self._give({"database": "ok", "version": VERSION, "commit": "abc"})
        elif path == "/api/search":
            self._give([{"uid": uid, "type": "dash-db"} for uid in dashboards()])
        elif path.startswith("/api/dashboards/uid/"):
            board = dashboards().get(path.rpartition("/")[2])
            self._give({"dashboard": board, "meta": {}}, 200 if board else 404)
        elif path.endswith("/health"):
            self._give({"status": "OK", "message": "works"})
        else:
            self._give({"message": "Not found"}, 404)

    def do_POST(self) -> None:
        assert self.path.startswith(PROXY)
        self._pass_on(self.rfile.read(int(self.headers["content-length"])))

    def _pass_on(self, body: bytes | None) -> None:
        uid, _, rest = self.path.removeprefix(PROXY).partition("/")
        listed = provisioned("datasources")["datasources"]
        (url,) = (one["url"] for one in listed if one["uid"] == uid)
        answer = httpx.request(
            self.command,
            f"{url}/{rest}",
            content=body,
            headers={"content-type": self.headers.get("content-type", "text/plain")},
        )
        self._send(answer.status_code, answer.content)

    def _give(self, document: object, status: int = 200) -> None:
        self._send(status, json.dumps(document).encode())

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


if __name__ == "__main__":
    main()
