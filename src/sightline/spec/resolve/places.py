"""The environments: where the monitoring runs."""

from sightline.model import environments
from sightline.spec import sections, shapes
from sightline.spec.resolve import deployments

__all__ = ["resolve_environments"]


def resolve_environments(
    section: sections.Section[shapes.Environment],
) -> dict[str, environments.Environment]:
    """Gives the environments by name."""
    return {
        entry.name: environments.Environment(
            name=entry.name,
            prometheus_url=entry.shape.prometheus_url.rstrip("/"),
            alertmanager_url=entry.shape.alertmanager_url.rstrip("/"),
            grafana_url=entry.shape.grafana_url.rstrip("/"),
            pagerduty_url=entry.shape.pagerduty_url,
            smtp_smarthost=entry.shape.smtp.smarthost,
            smtp_from=entry.shape.smtp.from_,
            smtp_require_tls=entry.shape.smtp.require_tls,
            scrape_interval=entry.shape.scrape_interval,
            evaluation_interval=entry.shape.evaluation_interval,
            retention=entry.shape.retention,
            smtp_username=entry.shape.smtp.username,
            event_recorder=entry.shape.event_recorder,
            secrets_directory=entry.shape.secrets_directory,
            replicas=entry.shape.replicas,
            remote_write=_resolve_remote_write(entry.shape.remote_write),
            deploy=deployments.resolve_deployment(entry.shape.deploy),
        )
        for entry in section.entries
    }


def _resolve_remote_write(
    shape: shapes.RemoteWrite | None,
) -> environments.RemoteWrite | None:
    if shape is None:
        return None
    return environments.RemoteWrite(
        url=shape.url, query_url=shape.query_url.rstrip("/")
    )
