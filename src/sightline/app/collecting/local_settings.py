"""The collectors' settings in the local stack: where this run's servers are."""

import json

from sightline.demo import platform
from sightline.stack import edge_certificate, files, secrets, sites
from sightline.stack.components import postgres

__all__ = ["STRIPE_KEY", "write_settings"]

STRIPE_KEY = "stripe-key"


def write_settings(site: sites.Site) -> None:
    """Writes the settings for the ports of this run; JSON, which is YAML too."""
    place = site.layout
    secrets.obtain(place, STRIPE_KEY)
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
