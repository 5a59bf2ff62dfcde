"""Where the monitoring runs, and what differs there."""

from dataclasses import dataclass

from sightline.model import units

__all__ = ["Environment"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The addresses and intervals of one environment; never a secret.

    Attributes:
        pagerduty_url: the Events API v2 endpoint.
        smtp_smarthost: `host:port`.
        retention: how long Prometheus keeps samples.
        smtp_username: the mail server's account; its password is a file.
        event_recorder: the file in which Alertmanager records what it does with
            every alert, relative to its configuration; `None` records nothing.
        secrets_directory: where Alertmanager reads its secrets, each a file; relative
            to its configuration, or absolute.
    """

    name: str
    prometheus_url: str
    alertmanager_url: str
    grafana_url: str
    pagerduty_url: str
    smtp_smarthost: str
    smtp_from: str
    smtp_require_tls: bool
    scrape_interval: units.Duration
    evaluation_interval: units.Duration
    retention: units.Duration
    smtp_username: str | None = None
    event_recorder: str | None = None
    secrets_directory: str = "secrets"
