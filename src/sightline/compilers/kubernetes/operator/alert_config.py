"""Alertmanager's configuration as an `AlertmanagerConfig`, where that can say it.

It is the whole configuration of an Alertmanager that names it in its
`alertmanagerConfiguration`: only there are routes left as they are. Selected in the
usual way, each would be held to alerts of its own namespace.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sightline.compilers import alertmanager, documents
from sightline.compilers.kubernetes import objects
from sightline.compilers.kubernetes.operator import alert_forms, custom
from sightline.model import environments, monitoring

__all__ = ["NAME", "TEXTS", "compile_alert_config", "unfit"]

NAME: Final = "sightline"
TEXTS: Final = "alertmanager-texts"

_VERSION: Final = "v1alpha1"
_UTC: Final = "UTC"


def unfit(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> tuple[str, ...]:
    """Gives what an `AlertmanagerConfig` cannot say; nothing where it fits."""
    config = alertmanager.compile_config(declared, environment, "")
    zones = sorted({*_zones(config.get("time_intervals", []))} - {_UTC})
    return tuple(
        f"times of the maintenance calendar are those of {zone}, and it knows UTC alone"
        for zone in zones
    )


def compile_alert_config(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> objects.Objects:
    """Gives the object and the ConfigMap of its texts; nothing where it is unfit."""
    if unfit(declared, environment):
        return []
    config = alertmanager.compile_config(declared, environment, "")
    texts = alertmanager.compile_texts()
    intervals = config.get("time_intervals")
    spec: objects.Object = {
        "route": alert_forms.camel(config["route"]),
        **({"muteTimeIntervals": alert_forms.camel(intervals)} if intervals else {}),
        "inhibitRules": [
            # It has no place for a name.
            alert_forms.camel({key: one[key] for key in one if key != "name"})
            for one in _mappings(config["inhibit_rules"])
        ],
        "receivers": [
            _receiver(one, environment) for one in _mappings(config["receivers"])
        ],
    }
    return [
        custom.custom_resource("AlertmanagerConfig", NAME, spec, version=_VERSION),
        objects.config_map(TEXTS, {texts.path.name: texts.text}),
    ]


def _zones(intervals: documents.Document) -> Iterator[str]:
    for interval in _mappings(intervals):
        for piece in _mappings(interval["time_intervals"]):
            yield str(piece.get("location", _UTC))


def _mappings(
    document: documents.Document,
) -> Iterator[Mapping[str, documents.Document]]:
    for one in document if isinstance(document, Sequence) else ():
        if isinstance(one, Mapping):
            yield one


def _receiver(
    receiver: Mapping[str, documents.Document], environment: environments.Environment
) -> documents.Document:
    """Gives a receiver with what else is said once for all of them."""
    smtp: objects.Object = {
        "smarthost": environment.smtp_smarthost,
        "from": environment.smtp_from,
        "requireTLS": environment.smtp_require_tls,
    }
    if environment.smtp_username is not None:
        smtp |= {
            "authUsername": environment.smtp_username,
            "authPassword": alert_forms.secret("smtp-password"),
        }
    common: Mapping[str, objects.Object] = {
        "pagerdutyConfigs": {"url": environment.pagerduty_url},
        "emailConfigs": smtp,
    }
    integrations = {
        alert_forms.spell(key): [
            {**common.get(alert_forms.spell(key), {}), **alert_forms.mapping(one)}
            for one in _mappings(given)
        ]
        for key, given in receiver.items()
        if key != "name"
    }
    return {"name": receiver["name"], **integrations}
