"""What the console knows of the spec behind the build that it shows."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

    from sightline.model import environments, monitoring

__all__ = ["Project"]

# What reads the spec is imported by the question that needs it: with the stack thirty
# processes start at once, and this one would be the last for half a second of imports.


@dataclass(frozen=True, slots=True)
class Project:
    """A project's folder; its spec is read at every question, so that it is fresh.

    Attributes:
        environment: by name; the local stack when it is `None` and the spec has one.
    """

    root: Path
    environment: str | None = None

    def load(self) -> "tuple[monitoring.Monitoring, environments.Environment]":
        """Gives the spec, and the environment that is shown.

        Raises:
            SpecInvalid: the spec has findings.
            InputError: the spec has no such environment.
        """
        from sightline.app import live  # noqa: PLC0415
        from sightline.spec import loading  # noqa: PLC0415

        declared = loading.require(self.root)
        return declared, live.choose(declared, self.environment)

    def verify(self) -> Mapping[str, object]:
        """Gives the five lines and their evidence, as `sightline verify` says them.

        Raises:
            SightlineError: there is no spec, or no such environment.
        """
        from sightline.app import verify  # noqa: PLC0415
        from sightline.verify import formatting  # noqa: PLC0415

        request = verify.Request(root=self.root, environment=self.environment)
        report = verify.run(request, lambda _: None)
        lines = [formatting.render_line(check) for check in report.checks]
        return {**formatting.describe(report), "lines": lines}

    async def stand(
        self, client: "httpx.AsyncClient", url: str, at: dt.datetime
    ) -> list[Mapping[str, object]]:
        """Gives how every objective stands, as `sightline slo` says it.

        Args:
            client: reaches Prometheus.
            url: of the Prometheus that the console shows.
            at: for which time.

        Raises:
            SightlineError: there is no spec, or Prometheus does not answer.
        """
        from sightline.app.console import objectives  # noqa: PLC0415

        declared, environment = self.load()
        return await objectives.stand(client, url, declared, environment, at)
