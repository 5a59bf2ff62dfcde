"""`alertmanager.yml`: who hears of an alert, how soon, and in which words.

Secrets are named by file; none is ever in it.
"""

from pathlib import PurePosixPath

from sightline.compilers import documents, slo
from sightline.compilers.alertmanager import calendars, receivers, routes, templates
from sightline.model import artifacts, environments, monitoring, routing

__all__ = ["compile_alertmanager", "compile_config", "compile_texts"]

_TEMPLATES = "templates/*.tmpl"

_RESOLVE_TIMEOUT = "5m"


def compile_alertmanager(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[artifacts.Artifact, ...]:
    """Gives `alertmanager.yml` and the templates that it reads."""
    document = compile_config(declared, environment, _TEMPLATES)
    return (
        artifacts.Artifact(
            path=PurePosixPath("alertmanager/alertmanager.yml"),
            text=documents.render_yaml(document),
        ),
        compile_texts(),
    )


def compile_config(
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    texts: str,
) -> dict[str, documents.Document]:
    """Gives the configuration, with the pattern of the files that hold its texts."""
    intervals = calendars.compile_time_intervals(declared.service_levels.maintenance)
    document: dict[str, documents.Document] = {
        "global": _global_settings(environment),
        "templates": [texts],
        "route": routes.compile_routes(declared),
        **({"time_intervals": intervals} if intervals else {}),
        "inhibit_rules": [
            _inhibit_rule(rule)
            for rule in (*declared.routing.inhibitions, *slo.inhibitions(declared))
        ],
        "receivers": receivers.compile_receivers(declared, environment),
    }
    if environment.event_recorder is not None:
        document["event_recorder"] = {
            "file_outputs": [{"path": environment.event_recorder}]
        }
    return document


def compile_texts() -> artifacts.Artifact:
    """Gives the templates of all texts, as one file."""
    return templates.compile_templates()


def _global_settings(environment: environments.Environment) -> documents.Document:
    settings: dict[str, documents.Document] = {
        "resolve_timeout": _RESOLVE_TIMEOUT,
        "pagerduty_url": environment.pagerduty_url,
        "smtp_smarthost": environment.smtp_smarthost,
        "smtp_from": environment.smtp_from,
        "smtp_require_tls": environment.smtp_require_tls,
    }
    if environment.smtp_username is not None:
        settings["smtp_auth_username"] = environment.smtp_username
        settings["smtp_auth_password_file"] = receivers.secret_file(
            environment, "smtp-password"
        )
    return settings


def _inhibit_rule(rule: routing.Inhibition) -> documents.Document:
    return {
        "name": rule.name,
        "source_matchers": list(rule.source_matchers),
        "target_matchers": list(rule.target_matchers),
        "equal": list(rule.equal),
    }
