"""A site: the programs, ports and folders that components are put together from."""

from collections.abc import Mapping
from dataclasses import dataclass

from sightline.model import components
from sightline.stack import layout
from sightline.stack.acquire import binaries

__all__ = ["HOST", "Site"]

HOST = "127.0.0.1"
"""Where everything listens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is known before any component is started.

    Attributes:
        ports: by component name; free when they were chosen.
        binaries: by program name.
        is_root: PostgreSQL refuses to run as root and has to be told otherwise.
    """

    layout: layout.Layout
    ports: Mapping[str, int]
    binaries: Mapping[str, binaries.Binary]
    is_root: bool

    def address_of(self, component: str) -> str:
        """Gives `host:port` of a component."""
        return f"{HOST}:{self.ports[component]}"

    def url_of(self, component: str) -> str:
        """Gives a component's address as a URL, without a final slash."""
        return f"http://{self.address_of(component)}"

    def target_of(self, component: str) -> components.ScrapeTarget:
        """Gives the plain scrape target of a component that exposes metrics.

        The job of an exporter is what it speaks for: `postgres-exporter` is scraped
        by the job `postgres`.
        """
        return components.ScrapeTarget(
            job=component.removesuffix("-exporter"), address=self.address_of(component)
        )
