"""Metrics that are not on a page: never counted, in another unit, or misspelt."""

from collections.abc import Collection, Iterator

from sightline.app.contract import naming, needs, reporting
from sightline.formats import expositions
from sightline.model import findings, spans

__all__ = ["judge"]


def judge(
    metric: str,
    read: tuple[needs.Need, ...],
    page: expositions.Exposition,
    url: str,
    known: Collection[str],
) -> Iterator[findings.Finding]:
    """Gives what to say about a metric without a sample.

    Args:
        metric: a histogram without the suffixes of its samples.
        read: the needs of it; at least one.
        page: the page that lacks it.
        url: of the page.
        known: metrics that are read as well: none of them is meant by this name.
    """
    if page.type_of(metric) != "untyped":
        yield _declared(metric, read, page, url)
        return
    exposed = [name for name in page.samples if name not in known]
    other_unit = naming.find_other_unit(metric, exposed)
    if other_unit is not None:
        found, unit = other_unit
        message = f"expected {metric!r}, found {found!r}: {unit} is no base unit"
        span = spans.Span(file=url, line=page.samples[found].line)
        yield reporting.make_finding("unit", message, span, read)
        return
    near = naming.find_near(metric, exposed)
    severity = _severity(metric, read, page)
    if near is not None:
        message = f"expected {metric!r}, found none; did you mean {near!r}?"
        span = spans.Span(file=url, line=page.samples[near].line)
        yield reporting.make_finding("missing", message, span, read, severity)
    elif severity is not None:
        message = f"expected {metric!r}, found nothing like it"
        span = spans.Span(file=url)
        yield reporting.make_finding("missing", message, span, read, severity)


def _declared(
    metric: str,
    read: tuple[needs.Need, ...],
    page: expositions.Exposition,
    url: str,
) -> findings.Finding:
    """Gives what to say about a metric whose type is there, and not its samples."""
    found = page.type_of(metric)
    lines = [
        page.samples[name].line
        for name in (metric, f"{metric}_count")
        if name in page.samples
    ]
    span = spans.Span(file=url, line=min(lines, default=1))
    if lines:
        message = f"expected the histogram {metric!r}, found a {found}"
        return reporting.make_finding("type", message, span, read)
    if found == "gauge":
        message = f"{metric!r} has a TYPE and no series: its source gives no number"
        return reporting.make_finding("missing", message, span, read)
    message = (
        f"{metric!r} has a TYPE and no series: show its label values at 0 from the "
        "start, or its first event is lost"
    )
    return reporting.make_finding("not-initialised", message, span, read)


def _severity(
    metric: str, read: tuple[needs.Need, ...], page: expositions.Exposition
) -> reporting.Severity | None:
    """Gives how bad it is, or None where the service need not have such a thing.

    What all services are asked for, not each has: a service without a single metric of
    a database has no database.
    """
    severity = reporting.severity_of(read)
    word = metric.split("_", 1)[0] + "_"
    if severity is not reporting.Severity.WARNING:
        return None if severity is reporting.Severity.INFO else severity
    is_related = any(name.startswith(word) for name in page.samples)
    return severity if is_related else reporting.Severity.INFO
