"""Series of the reference platform in good health, for scenarios to break."""

from collections.abc import Mapping

__all__ = ["REPLICAS", "constant", "errors", "healthy", "replicas", "traffic"]

REPLICAS: Mapping[str, int] = {
    "api-gateway": 3,
    "auth-svc": 3,
    "market-svc": 3,
    "skillpod-svc": 2,
    "billing-svc": 2,
    "notification-svc": 2,
}
"""The services of the shipped spec, and how many instances each should have."""


def constant(number: float, samples: int = 400) -> str:
    """Gives a series that never changes, in promtool's notation."""
    return f"{number:g}x{samples}"


def replicas(service: str, *values: str) -> Mapping[str, str]:
    """Gives the series `up` of the service's instances, one for each of `values`."""
    return {
        f'up{{job="services",service="{service}",instance="{service}-{number}"}}': value
        for number, value in enumerate(values, 1)
    }


def healthy(**changes: Mapping[str, str]) -> dict[str, str]:
    """Gives every replica and every health endpoint up.

    Args:
        changes: by service, with `_` for `-`: what its `up` series are instead.
    """
    series: dict[str, str] = {}
    for service, count in REPLICAS.items():
        usual = replicas(service, *[constant(1)] * count)
        series |= changes.get(service.replace("-", "_"), usual)
        series[f'probe_success{{job="service-health",service="{service}"}}'] = constant(
            1
        )
    return series


def traffic(service: str, per_sample: float, status: str = "200") -> dict[str, str]:
    """Gives a request counter that rises by `per_sample` at each scrape."""
    name = f'http_requests_total{{service="{service}",status="{status}"}}'
    return {name: f"0+{per_sample:g}x400"}


def errors(service: str, per_sample: float) -> dict[str, str]:
    """Gives a counter of failed requests."""
    return traffic(service, per_sample, status="500")
