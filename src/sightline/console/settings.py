"""Where the console finds what it shows."""

from dataclasses import dataclass, field
from pathlib import Path

from sightline.app.console import projects
from sightline.console import access
from sightline.model import connections

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The surroundings of one console.

    Attributes:
        build: a folder as `sightline build` writes it.
        prometheus, alertmanager: addresses without a final slash.
        inbox: where the local receivers keep what they receive.
        run: the run folder of the local stack.
        project: the spec behind the build; pages that need it say so without one.
        database: answers the SQL of dashboards, where they have some.
        admission: who may look.
        proofs: what `sightline prove --format json` printed; need not exist.
    """

    build: Path
    prometheus: str
    alertmanager: str
    inbox: Path
    run: Path
    project: projects.Project | None = None
    proofs: Path | None = None
    database: connections.Postgres | None = None
    admission: access.Access = field(default_factory=access.Access)
