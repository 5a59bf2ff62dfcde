"""Servers that read a directory: judged before, told to reload, and read back."""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx
import pydantic

from sightline import errors
from sightline.clients import alertmanager as alertmanager_client
from sightline.clients import expositions, prometheus, servers, tools
from sightline.deploy import resources
from sightline.loaded import alertmanager as loaded_alertmanager
from sightline.loaded import built_rules
from sightline.loaded import rules as loaded_rules
from sightline.model import findings

__all__ = ["AlertmanagerServers", "Nobody", "PrometheusServers", "Served", "Shown"]

_RULES = "rules"
_CONFIG = "config"
_TEMPLATE = "template"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the servers have loaded.

    Attributes:
        differing: by file name, how what is loaded differs from the file.
        superfluous: files that are not there, and still loaded.
        undisclosed: kinds of files that the servers do not give back; one of those is
            loaded when it was not touched after `loaded_at`.
        loaded_at: when the one that reloaded last of all did so, in Unix seconds.
    """

    differing: Mapping[str, str]
    superfluous: frozenset[str] = frozenset()
    undisclosed: frozenset[str] = frozenset()
    loaded_at: float = float("inf")


class Served(Protocol):
    """The servers that read one directory.

    Every method raises `errors.SightlineError` where there is no usable answer.
    """

    async def judge(self, candidate: Path) -> None:
        """Returns when the official tool accepts the files."""
        ...

    async def reload(self) -> None:
        """Returns when every server has read its files anew."""
        ...

    async def compare(self, found: Sequence[resources.Resource]) -> Shown:
        """Gives what is loaded, beside the files that were found."""
        ...


class Nobody:
    """No server: whoever reads these files looks by itself."""

    async def judge(self, candidate: Path) -> None:
        """Accepts everything."""

    async def reload(self) -> None:
        """Tells nobody."""

    async def compare(self, found: Sequence[resources.Resource]) -> Shown:
        """Gives that nothing differs."""
        del found
        return Shown(differing={})


class PrometheusServers:
    """The Prometheus servers that read one directory; a pair shares it."""

    def __init__(
        self, client: httpx.AsyncClient, urls: Sequence[str], promtool: tools.Promtool
    ) -> None:
        self._client = client
        self._urls = urls
        self._promtool = promtool

    async def judge(self, candidate: Path) -> None:
        """Returns when promtool accepts the configuration and its rules."""
        config = candidate / "prometheus.yml"
        await _require(self._promtool.check_config(config), candidate)

    async def reload(self) -> None:
        """Returns when every server has read its files anew."""
        for url in self._urls:
            await _reload(servers.Server("Prometheus", url, self._client))

    async def compare(self, found: Sequence[resources.Resource]) -> Shown:
        """Gives what is loaded, rule by rule; configurations go by their time."""
        differing: dict[str, str] = {}
        superfluous: set[str] = set()
        times = []
        for url in self._urls:
            loaded = await prometheus.Prometheus(self._client, url).fetch_rule_groups()
            differing |= _compare_rules(found, loaded)
            superfluous |= _superfluous(found, loaded)
            times.append(
                await _loaded_at(
                    self._client,
                    url,
                    "prometheus_config_last_reload_success_timestamp_seconds",
                    "Prometheus",
                )
            )
        return Shown(
            differing=differing,
            superfluous=frozenset(superfluous),
            undisclosed=frozenset({_CONFIG}),
            loaded_at=min(times),
        )


class AlertmanagerServers:
    """The Alertmanagers that read one directory; a cluster shares it."""

    def __init__(
        self, client: httpx.AsyncClient, urls: Sequence[str], amtool: tools.Amtool
    ) -> None:
        self._client = client
        self._urls = urls
        self._amtool = amtool

    async def judge(self, candidate: Path) -> None:
        """Returns when amtool accepts the configuration and its templates."""
        config = candidate / "alertmanager.yml"
        await _require(self._amtool.check_config(config), candidate)

    async def reload(self) -> None:
        """Returns when every server has read its files anew."""
        for url in self._urls:
            await _reload(servers.Server("Alertmanager", url, self._client))

    async def compare(self, found: Sequence[resources.Resource]) -> Shown:
        """Gives what is loaded, key by key; templates go by their time."""
        differing: dict[str, str] = {}
        times = []
        for url in self._urls:
            status = await alertmanager_client.Alertmanager(
                self._client, url
            ).fetch_status()
            for one in found:
                if one.identity.kind == _CONFIG and isinstance(one.document, Mapping):
                    problems = loaded_alertmanager.find_differences(
                        one.document, status.config
                    )
                    if problems:
                        differing[one.identity.name] = problems[0]
            times.append(
                await _loaded_at(
                    self._client,
                    url,
                    "alertmanager_config_last_reload_success_timestamp_seconds",
                    "Alertmanager",
                )
            )
        return Shown(
            differing=differing,
            undisclosed=frozenset({_TEMPLATE}),
            loaded_at=min(times),
        )


async def _require(verdict: Awaitable[tools.Outcome], candidate: Path) -> None:
    """Returns when the tool accepted; without its word nothing is written."""
    match await verdict:
        case findings.NotChecked(subject=subject, reason=reason):
            raise errors.ComponentMissing(
                f"{subject} has not judged the files, and nothing is written without"
                f" its word: {reason}"
            )
        case tools.Verdict(is_accepted=False) as refused:
            said = f"{refused.output}\n{refused.messages}".replace(f"{candidate}/", "")
            lines = [line.strip() for line in said.splitlines() if "FAILED" in line]
            told = "; ".join(lines or said.split("\n")[:5])
            raise errors.StageFailed(
                f"refused by the official tool, and not written: {told}"
            )
        case tools.Verdict():
            return


async def _reload(server: servers.Server) -> None:
    try:
        await server.post_form("/-/reload", "a reload", {})
    except errors.ServerUnavailable as error:
        if "status 403" in str(error):
            raise server.unavailable(
                "a reload",
                "it does not take reloads; start it with --web.enable-lifecycle",
            ) from error
        raise


def _compare_rules(
    found: Sequence[resources.Resource], loaded: Sequence[prometheus.RuleGroup]
) -> dict[str, str]:
    differing = {}
    for one in found:
        if one.identity.kind != _RULES:
            continue
        try:
            groups = built_rules.read(one.document)
        except pydantic.ValidationError:
            continue
        of_file = [group for group in loaded if _file_of(group) == one.identity.name]
        problems = loaded_rules.find_differences(groups, of_file)
        # A rule that fails is loaded; `verify` judges that.
        problems = tuple(text for text in problems if " fails: " not in text)
        if problems:
            differing[one.identity.name] = problems[0]
    return differing


def _superfluous(
    found: Sequence[resources.Resource], loaded: Sequence[prometheus.RuleGroup]
) -> set[str]:
    there = {one.identity.name for one in found}
    return {_file_of(group) for group in loaded} - there


def _file_of(group: prometheus.RuleGroup) -> str:
    return f"rules/{Path(group.file).name}"


async def _loaded_at(
    client: httpx.AsyncClient, url: str, metric: str, name: str
) -> float:
    numbers = await expositions.Exposition(client, url, name).fetch_numbers(metric)
    return max(numbers, default=float("inf"))
