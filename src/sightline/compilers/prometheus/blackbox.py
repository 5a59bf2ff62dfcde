"""The blackbox exporter's modules: how each kind of probe asks."""

from pathlib import PurePosixPath

from sightline.compilers import documents
from sightline.model import artifacts, sources

__all__ = ["compile_blackbox_modules", "compile_modules"]


def compile_blackbox_modules() -> artifacts.Artifact:
    """Gives `blackbox.yml` with one module for each `ProbeKind`."""
    return artifacts.Artifact(
        path=PurePosixPath("prometheus/blackbox.yml"),
        text=documents.render_yaml(compile_modules()),
    )


def compile_modules() -> dict[str, documents.Document]:
    """Gives the content of that file."""
    return {"modules": {kind.value: _module(kind) for kind in sources.ProbeKind}}


def _module(kind: sources.ProbeKind) -> documents.Document:
    # Within the scrape's own time-out, so that a slow target is measured as failed
    # instead of leaving a gap.
    match kind:
        case sources.ProbeKind.HTTP:
            return {
                "prober": "http",
                "timeout": "4s",
                "http": {"preferred_ip_protocol": "ip4", "follow_redirects": False},
            }
        case sources.ProbeKind.TCP:
            return {
                "prober": "tcp",
                "timeout": "4s",
                "tcp": {"preferred_ip_protocol": "ip4"},
            }
