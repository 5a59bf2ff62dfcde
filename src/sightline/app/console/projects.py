"""What the console knows of the spec behind the build that it shows."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from sightline.app import live, verify
from sightline.app.slo import formatting, reading, standings
from sightline.clients import prometheus
from sightline.model import environments, monitoring
from sightline.spec import loading
from sightline.verify import formatting as verify_formatting

__all__ = ["Project"]


@dataclass(frozen=True, slots=True)
class Project:
    """A project's folder; its spec is read at every question, so that it is fresh.

    Attributes:
        environment: by name; the local stack when it is `None` and the spec has one.
    """

    root: Path
    environment: str | None = None

    def load(self) -> tuple[monitoring.Monitoring, environments.Environment]:
        """Gives the spec, and the environment that is shown.

        Raises:
            SpecInvalid: the spec has findings.
            InputError: the spec has no such environment.
        """
        declared = loading.require(self.root)
        return declared, live.choose(declared, self.environment)

    def verify(self) -> Mapping[str, object]:
        """Gives the five lines and their evidence, as `sightline verify` says them.

        Raises:
            SightlineError: there is no spec, or no such environment.
        """
        request = verify.Request(root=self.root, environment=self.environment)
        report = verify.run(request, lambda _: None)
        lines = [verify_formatting.render_line(check) for check in report.checks]
        return {**verify_formatting.describe(report), "lines": lines}

    async def stand(
        self, client: httpx.AsyncClient, url: str, at: dt.datetime
    ) -> list[Mapping[str, object]]:
        """Gives how every objective stands, as `sightline slo` says it.

        Args:
            client: reaches Prometheus.
            url: of the Prometheus that the console shows.
            at: for which time.

        Raises:
            SightlineError: there is no spec, or Prometheus does not answer.
        """
        declared, environment = self.load()
        server = prometheus.Prometheus(client, url)
        found = await reading.read(server, declared, environment, at, counts_cost=False)
        return [_describe(standing) for standing in found]


def _describe(standing: standings.Standing) -> Mapping[str, object]:
    objective, state = standing.objective, standing.state
    return {
        **formatting.describe(standing),
        "window_seconds": objective.period.seconds,
        "verdict_words": "" if standing.verdict is None else str(standing.verdict),
        "action": "" if state is None else state.action,
        "burn": {
            str(window): {"seconds": window.seconds, "burn": burn}
            for window, burn in standing.burn.items()
        },
    }
