"""What every chore of a review is given: the period, the servers and the spec."""

import datetime as dt
import zoneinfo
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sightline.clients import alertmanager, grafana, prometheus
from sightline.model import environments, findings, monitoring
from sightline.review.backtest import replaying

__all__ = ["Context"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One review of one environment.

    Attributes:
        root: of the project.
        zone: where people sleep, and whose days and months count.
        grafana: the way to it, only for reading; why there is none.
        now: when the review is held.
        recorders: what Alertmanagers record, a file each; those that exist count.
        is_present: the period ends now, so that what servers say of now belongs to it.
        remembered: what each chore asked, the last time, to be told now.
        say: told of the progress.
    """

    root: Path
    declared: monitoring.Monitoring
    environment: environments.Environment
    period: replaying.Period
    zone: zoneinfo.ZoneInfo
    prometheus: prometheus.Prometheus
    alertmanager: alertmanager.Alertmanager
    grafana: grafana.Connection | findings.NotChecked
    now: dt.datetime
    recorders: tuple[Path, ...]
    is_present: bool
    remembered: Mapping[str, Mapping[str, str]]
    say: Callable[[str], None]

    @property
    def start(self) -> float:
        """The begin of the period in Unix seconds."""
        return self.period.start.timestamp()

    @property
    def end(self) -> float:
        """The end of the period in Unix seconds."""
        return self.period.end.timestamp()

    @property
    def length(self) -> dt.timedelta:
        """The length of the period."""
        return self.period.end - self.period.start
