"""The collectors' settings in the local stack: where this run's servers are."""

import json

from sightline.demo import event_log, places, platform
from sightline.stack import edge_certificate, files, layout, secrets, sites
from sightline.stack.components import postgres

__all__ = ["STRIPE_KEY", "write_settings"]

STRIPE_KEY = "stripe-key"
_LISTS = "lists"


def write_settings(site: sites.Site) -> None:
    """Writes the settings for the ports of this run; JSON, which is YAML too."""
    place = site.layout
    secrets.obtain(place, STRIPE_KEY)
    places.write_lists(place.storage / _LISTS)
    document = {
        "collector": {
            "listen": site.address_of("collectors"),
            "environment": "local",
            "state": str(place.data_of("collectors")),
        },
        "postgres": {
            "platform": {
                "address": site.address_of("postgres"),
                "database": postgres.DATABASE,
                "user": postgres.MONITORING_ROLE,
                "password_file": str(
                    secrets.path_of(place, postgres.MONITORING_SECRET)
                ),
                "tls": "disable",
            }
        },
        "redis": {"sessions": {"addresses": [site.address_of("redis")], "tls": False}},
        "stripe": {
            "payments": {
                "url": site.url_of("payment-provider"),
                "key_file": str(secrets.path_of(place, STRIPE_KEY)),
            }
        },
        "files": _files(place),
        "tls": {
            "edge": {
                "address": site.address_of(platform.EDGE_TLS),
                "server_name": "localhost",
                "certificate_authority": str(edge_certificate.certificate_of(place)),
            }
        },
    }
    text = json.dumps(document, indent=2, sort_keys=True) + "\n"
    files.write_atomically(place.collector_settings, text, mode=0o600)


def _files(place: layout.Layout) -> dict[str, dict[str, str]]:
    """Gives the logs of the platform, and what is known about addresses."""
    logs, lists = str(place.storage / event_log.FOLDER), str(place.storage / _LISTS)
    return {
        "security-log": {"folder": logs, "pattern": "security-*.log"},
        "cdn-log": {"folder": logs, "pattern": "requests-cdn-edge*.log"},
        "bad-networks": {"folder": lists, "pattern": "*.txt"},
        "countries": {"folder": lists, "pattern": "countries.csv"},
    }
