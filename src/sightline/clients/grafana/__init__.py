"""Grafana's HTTP API: a reader, a writer, and a reader of who has access.

The reader cannot change anything, so that whoever is given one cannot either. All of
them go through a `Connection`, which knows the credentials and when to try again.

https://grafana.com/docs/grafana/latest/developers/http_api/
"""

from sightline.clients.grafana import retrying
from sightline.clients.grafana.access import AccessReader
from sightline.clients.grafana.connection import Connection
from sightline.clients.grafana.credentials import Credentials, Login, Token
from sightline.clients.grafana.reading import Annotation, Grafana

__all__ = [
    "AccessReader",
    "Annotation",
    "Connection",
    "Credentials",
    "Grafana",
    "Login",
    "Token",
    "retrying",
]
