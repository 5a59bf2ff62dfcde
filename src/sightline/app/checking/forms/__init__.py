"""The forms of the report of `check`; only the one that is asked for is imported."""

import enum
from typing import assert_never

from sightline.app.checking import reports

__all__ = ["Form", "render"]


class Form(enum.StrEnum):
    """Whom the report is for: people, programs, code hosts, CI systems."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"


def render(report: reports.Report, form: Form, *, is_colored: bool = False) -> str:
    """Gives the report in one form; colours are for people only."""
    match form:
        case Form.TEXT:
            from sightline.app.checking.forms import text  # noqa: PLC0415

            return text.render(report, is_colored=is_colored)
        case Form.JSON:
            from sightline.app.checking.forms import json_report  # noqa: PLC0415

            return json_report.render(report)
        case Form.SARIF:
            from sightline.app.checking.forms import sarif  # noqa: PLC0415

            return sarif.render(report)
        case Form.JUNIT:
            from sightline.app.checking.forms import junit  # noqa: PLC0415

            return junit.render(report)
        case Form.GITHUB:
            from sightline.app.checking.forms import github  # noqa: PLC0415

            return github.render(report)
        case _:
            assert_never(form)
