"""Everything that is proven about the way from a fired alert to a person."""

import dataclasses
from pathlib import Path, PurePosixPath

from sightline.clients import tools
from sightline.formats import estates
from sightline.proofs import messages, routes, verdicts

__all__ = ["prove"]


async def prove(
    report: verdicts.Report,
    estate: estates.Estate,
    amtool: tools.Amtool,
    promises: routes.Promises,
    folder: Path,
) -> verdicts.Report:
    """Gives a report with the routes, amtool's second opinion and the messages.

    Args:
        report: has the alerts as the engine fired them.
        estate: has Alertmanager's configuration and templates.
        amtool: routes and renders as Alertmanager does.
        promises: what alerts are measured against.
        folder: where files may be written.
    """
    fired = [proof.fired for proof in report.proofs if proof.fired is not None]
    (folder / "templates").mkdir(exist_ok=True)
    for source in estate.templates:
        path = folder / "templates" / PurePosixPath(source.file).name
        path.write_text(source.text)
    routings: list[verdicts.Routing] = []
    wrong: list[str] = []
    for number, config in enumerate(estate.alertmanagers):
        if config.route is None:
            continue
        walked = routes.walk(config, fired, promises)
        routings += walked
        file = folder / f"alertmanager-{number}.yml"
        file.write_text(config.source.text)
        wrong += await routes.compare(amtool, file, config.route, walked)
        wrong += await messages.judge_messages(amtool, config, folder, fired, walked)
    return dataclasses.replace(report, routings=tuple(routings), messages=tuple(wrong))
