"""`apply`: shows the plan, asks, and does its stages; run again, it goes on."""

import argparse
import sys

from sightline import errors
from sightline.app.deploying import running, telling
from sightline.cli import deployments, terminals
from sightline.deploy import plans, resources
from sightline.deploy.forms import text

__all__ = ["configure", "run"]


def configure(parser: argparse.ArgumentParser) -> None:
    """Adds the command's options."""
    deployments.configure(parser)
    add = parser.add_argument
    add("--yes", action="store_true", help="apply without asking")
    over = "with --yes: undo also what was changed by hand since the last apply"
    add("--overwrite-drift", action="store_true", help=over)
    alone = "apply to Grafana alone, and list the dashboards that are there then"
    add("--dashboards", action="store_true", help=alone)
    exact = "apply this plan and no other; the fingerprint that `plan` shows"
    add("--plan", metavar="FINGERPRINT", default="", help=exact)


def run(arguments: argparse.Namespace, terminal: terminals.Terminal) -> int:
    """Applies; gives 0 when everything is as wanted, 1 when it was refused."""
    is_import = arguments.dashboards
    told = terminal.err if is_import else terminal.out
    if is_import:
        arguments.surface = [resources.Surface.GRAFANA.value]

    def consent(plan: plans.Plan) -> bool:
        told.write(text.render(plan))
        told.flush()
        if not arguments.yes:
            return _ask(plan, terminal)
        if plan.drifted and not arguments.overwrite_drift:
            raise errors.LiveChanged(telling.refuse_drift(plan))
        return True

    request = deployments.read_request(arguments, terminal, arguments.plan)
    plan, report = running.apply(request, consent, telling.Teller(terminal.err))
    told.write(telling.tell_end(plan, report))
    if is_import and report is not None:
        terminal.out.write(telling.list_dashboards(plan))
    return 0 if report is not None else 1


def _ask(plan: plans.Plan, terminal: terminals.Terminal) -> bool:
    if not sys.stdin.isatty():
        raise errors.InputError(
            "there is nobody to ask; look at `plan`, and run `apply --yes`"
        )
    print(telling.question(plan), end="", file=terminal.err, flush=True)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
