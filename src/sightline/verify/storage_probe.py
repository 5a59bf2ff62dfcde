"""Whether the samples of Prometheus arrive in the storage that keeps them for long."""

from sightline.clients import prometheus
from sightline.verify import checks, gathering

__all__ = ["look_at_samples"]

_TARGETS = "count(up)"
_AGE = "time() - min(timestamp(up))"
_LONGEST_DELAY_SECONDS = 60.0


async def look_at_samples(
    metrics: prometheus.Prometheus, storage: prometheus.Prometheus | None
) -> list[checks.Evidence]:
    """Says whether the samples of all targets are in the storage, and how soon.

    Args:
        metrics: where they come from.
        storage: where they are sent; `None` when they are sent nowhere.
    """
    if storage is None:
        return []
    scraped, stored = await metrics.query(_TARGETS), await storage.query(_TARGETS)
    expected = int(scraped[0].number) if scraped else 0
    found = int(stored[0].number) if stored else 0
    text = f"{found} of {expected} targets in the long-term storage"
    if found != expected:
        return [checks.failed(text)]
    ages = await storage.query(_AGE)
    age = ages[0].number if ages else 0.0
    if age > _LONGEST_DELAY_SECONDS:
        return [checks.failed(f"{text}, the oldest sample of them {age:.0f} s old")]
    count = gathering.count(found, "target")
    return [checks.passed(f"samples of {count} stored for long within {age:.0f} s")]
