"""The generated pages of the reference, by file name, and what they are made of."""

import argparse
from collections.abc import Mapping
from typing import Final

from sightline.app.reference import (
    checks,
    commands,
    failures,
    instrumentation,
    keys,
)
from sightline.spec import schema

__all__ = ["render_pages"]

_NOTE: Final = "<!-- Written by script/reference; changes here are lost. -->\n"


def render_pages(parser: argparse.ArgumentParser) -> Mapping[str, str]:
    """Gives the text of every generated page, by its name below `docs/reference/`.

    Args:
        parser: of the whole command line, every command configured.
    """
    described = schema.json_schema()
    described_checks = checks.render_pages(_NOTE)
    return {
        "commands.md": _NOTE + commands.render(parser),
        "errors.md": _NOTE + failures.render(),
        "instrumentation.md": _NOTE + instrumentation.render(),
        "spec.md": _NOTE + keys.render(described),
        "spec.schema.json": described,
        **{f"../checks/{name}": text for name, text in described_checks.items()},
    }
