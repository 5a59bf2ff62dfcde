"""What the `deploy` of an environment looks like."""

import re
from typing import Annotated, Final, Literal, Self

import pydantic
import pydantic_core
from pydantic import Field

from sightline.spec import bases, fields

__all__ = [
    "Chart",
    "Cluster",
    "Credential",
    "Deploy",
    "Directory",
    "GrafanaPlace",
    "SecretKey",
]


_WAYS: Final = frozenset({"env", "file", "secret", "command"})
_VARIABLE: Final = re.compile(r"[A-Z_][A-Z0-9_]*", re.ASCII)


def _refusal(expected: str, hint: str) -> pydantic_core.PydanticCustomError:
    return pydantic_core.PydanticCustomError(
        "spec",
        "expected another value",
        {"check": "type", "expected": expected, "hint": hint, "found": "another form"},
    )


class SecretKey(bases.Shape):
    """A key of a Kubernetes Secret."""

    namespace: fields.Slug
    name: fields.Slug
    key: fields.Text


class Credential(bases.Shape):
    """The way to a credential: exactly one of the four."""

    env: fields.Text | None = None
    file: fields.LocalPath | None = None
    secret: SecretKey | None = None
    command: Annotated[list[fields.Text], Field(min_length=1)] | None = None

    @pydantic.model_validator(mode="before")
    @classmethod
    def _is_a_way(cls, found: object) -> object:
        # Whatever else stands here may be the credential itself: it is not shown.
        given = list(found) if isinstance(found, dict) else []
        if len(given) != 1 or not _WAYS.issuperset(given):
            raise _refusal(
                "one way to a credential: {env: NAME}, {file: PATH}, {command: […]}"
                " or {secret: {namespace, name, key}}",
                "write where the credential is, never what it is",
            )
        name = found["env"] if given == ["env"] and isinstance(found, dict) else "A"
        if not _VARIABLE.fullmatch(str(name)):
            raise _refusal(
                "an environment variable in capitals, such as GRAFANA_TOKEN",
                "write the variable's name, never what it holds",
            )
        return found


class Directory(bases.Shape):
    """A directory of files on a plain machine, and the servers that read it."""

    directory: fields.LocalPath
    servers: list[fields.Address] = []


class GrafanaPlace(bases.Shape):
    """Grafana, through its API with a token, or as files that it reads."""

    token: Credential | None = None
    api: Literal["best", "classic", "resources"] = "best"
    directory: fields.LocalPath | None = None

    @pydantic.model_validator(mode="after")
    def _has_one_way(self) -> Self:
        if (self.token is None) == (self.directory is None):
            raise _refusal(
                "either `token` or `directory`",
                "give a token for Grafana's API, or the directory of its files",
            )
        return self


class Cluster(bases.Shape):
    """A Kubernetes cluster."""

    context: fields.Text
    operator: bool = False


class Chart(bases.Shape):
    """A release of a Helm chart; its name is the key."""

    chart: fields.Text
    version: fields.Text
    namespace: fields.Slug
    values: fields.FilePath


class Deploy(bases.Shape):
    """Where `plan` and `apply` find the live systems."""

    prometheus: Directory | None = None
    alertmanager: Directory | None = None
    grafana: GrafanaPlace | None = None
    kubernetes: Cluster | None = None
    helm: dict[fields.Slug, Chart] = {}
