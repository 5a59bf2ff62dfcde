"""What is counted about logins."""

from typing import Final

import prometheus_client

from sightline.demo import limits, places

__all__ = ["COUNTRIES", "LoginCounts"]

COUNTRIES: Final = ("US", "CA", "GB", "DE", "FR", "IN", "BR")
"""Where users may live."""
_REASONS: Final = ("wrong_password", "unknown_user", "locked", "server_error")
_MOST_NETWORKS: Final = 50


class LoginCounts:
    """Logins by how they ended and where they came from."""

    def __init__(self, registry: prometheus_client.CollectorRegistry) -> None:
        self._successes = prometheus_client.Counter(
            "auth_login_success_total",
            "Logins that succeeded, by the user's country.",
            ["country"],
            registry=registry,
        )
        self._failures = prometheus_client.Counter(
            "auth_login_failed_total",
            "Logins that failed; `server_error` is ours, the others are the user's.",
            ["reason"],
            registry=registry,
        )
        self._networks = prometheus_client.Counter(
            "auth_login_failed_by_network_total",
            "Logins that failed, by the client's network; 50 at most, and `other`.",
            ["network"],
            registry=registry,
        )
        self._new_countries = prometheus_client.Counter(
            "auth_login_new_country_total",
            "First logins of a user from a country, but for the one they live in.",
            ["country"],
            registry=registry,
        )
        self._names = limits.BoundedNames(_MOST_NETWORKS)
        for country in COUNTRIES:
            self._successes.labels(country)
            self._new_countries.labels(country)
        self._new_countries.labels(places.ELSEWHERE)
        # Which networks there will be is not known, but what is beyond them is.
        self._networks.labels(limits.OVERFLOW)
        for reason in _REASONS:
            self._failures.labels(reason)

    def succeed(self, country: str) -> None:
        """Counts a login by the country where its user lives."""
        self._successes.labels(country).inc()

    def fail(self, reason: str, address: str) -> None:
        """Counts a refused login; the address is empty where it is not known."""
        self._failures.labels(reason).inc()
        if address:
            network = self._names.bound(places.network_of(address))
            self._networks.labels(network).inc()

    def see_new_country(self, country: str) -> None:
        """Counts a user who logs in from somewhere for the first time."""
        self._new_countries.labels(country).inc()
