"""A build's files for Grafana as the resources that are wanted of its API.

The same files provision a Grafana that reads them; here they are what is declared.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Final

import pydantic

from sightline.clients import grafana
from sightline.deploy import memories, resources
from sightline.deploy.surfaces.grafana import things
from sightline.formats import plain_yaml
from sightline.model import artifacts

__all__ = ["read_artifacts"]

_TOP: Final = PurePosixPath("grafana")
_PROVISIONING: Final = _TOP / "provisioning"


class _Provider(pydantic.BaseModel):
    folder: str = ""
    folder_uid: str = pydantic.Field(default="", alias="folderUid")


class _Providers(pydantic.BaseModel):
    providers: tuple[_Provider, ...]


class _Source(pydantic.BaseModel):
    uid: str
    name: str
    type: str
    url: str = ""
    access: str = "proxy"
    user: str = ""
    database: str = ""
    is_default: bool = pydantic.Field(default=False, alias="isDefault")
    settings: dict[str, object] = pydantic.Field(default_factory=dict, alias="jsonData")

    def as_new(self) -> grafana.NewDataSource:
        return grafana.NewDataSource(
            uid=self.uid,
            name=self.name,
            kind=self.type,
            url=self.url,
            access=self.access,
            user=self.user,
            database=self.database,
            is_default=self.is_default,
            settings=self.settings,
        )


class _Sources(pydantic.BaseModel):
    datasources: tuple[_Source, ...]


def read_artifacts(built: Iterable[artifacts.Artifact]) -> memories.State:
    """Gives the folder, the data sources and the dashboards of a build, by identity."""
    texts = {artifact.path: artifact.text for artifact in built}
    provider = _read_provider(texts)
    found: list[resources.Resource] = []
    if provider.folder_uid:
        found.append(things.folder(provider.folder_uid, provider.folder, grafana.ROOT))
    found += (things.data_source(one.as_new()) for one in _read_sources(texts))
    for path, text in texts.items():
        if path.parent == _TOP / "dashboards" and path.suffix == ".json":
            document = json.loads(text)
            found.append(
                things.dashboard(
                    document["uid"], document, provider.folder_uid, text=text
                )
            )
    return {one.identity: one for one in found}


def _read_provider(texts: Mapping[PurePosixPath, str]) -> _Provider:
    for document in _read(texts, "dashboards"):
        for provider in _Providers.model_validate(document).providers:
            return provider
    return _Provider()


def _read_sources(texts: Mapping[PurePosixPath, str]) -> list[_Source]:
    return [
        source
        for document in _read(texts, "datasources")
        for source in _Sources.model_validate(document).datasources
    ]


def _read(texts: Mapping[PurePosixPath, str], kind: str) -> list[object]:
    return [
        plain_yaml.read(text)
        for path, text in texts.items()
        if path.parent == _PROVISIONING / kind
    ]
