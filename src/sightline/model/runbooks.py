"""Runbooks: what a person who was paged reads first."""

from dataclasses import dataclass

from sightline.model import spans

__all__ = ["Runbook"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Runbook:
    """One page under the organisation's runbook address.

    Attributes:
        slug: the page's name in links, such as `high-error-rate`.
        title: the first heading.
        text: Markdown after the title, without the facts that are generated from
            the levels (threshold, query, silence command).
    """

    slug: str
    title: str
    text: str
    span: spans.Span
