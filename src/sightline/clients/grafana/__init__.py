"""Grafana's HTTP API: a reader, a writer, and a reader of who has access.

The reader cannot change anything, so that whoever is given one cannot either. All of
them go through a `Connection`, which knows the credentials and when to try again.

https://grafana.com/docs/grafana/latest/developers/http_api/
"""

from sightline.clients.grafana import retrying
from sightline.clients.grafana.access import AccessReader
from sightline.clients.grafana.choosing import CLASSIC, Api, Forms, choose
from sightline.clients.grafana.connection import Connection
from sightline.clients.grafana.credentials import (
    Credentials,
    Login,
    Token,
    authorize,
)
from sightline.clients.grafana.forms import (
    CreateFolder,
    FolderChange,
    MoveFolder,
    RenameFolder,
    SaveDashboard,
)
from sightline.clients.grafana.objects import (
    ROOT,
    DataSource,
    DataSourceHealth,
    Folder,
    FoundDashboard,
    Health,
    NewDataSource,
    Revision,
    StoredDashboard,
)
from sightline.clients.grafana.queries import Query, Result
from sightline.clients.grafana.reading import Annotation, Grafana
from sightline.clients.grafana.writing import GrafanaWriter

__all__ = [
    "CLASSIC",
    "ROOT",
    "AccessReader",
    "Annotation",
    "Api",
    "Connection",
    "CreateFolder",
    "Credentials",
    "DataSource",
    "DataSourceHealth",
    "Folder",
    "FolderChange",
    "Forms",
    "FoundDashboard",
    "Grafana",
    "GrafanaWriter",
    "Health",
    "Login",
    "MoveFolder",
    "NewDataSource",
    "Query",
    "RenameFolder",
    "Result",
    "Revision",
    "SaveDashboard",
    "StoredDashboard",
    "Token",
    "authorize",
    "choose",
    "retrying",
]
