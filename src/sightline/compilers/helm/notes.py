"""How the charts are installed: a script with the exact commands, and a page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from sightline.compilers import collector_settings, programs, upstream
from sightline.compilers.alertmanager import receivers
from sightline.compilers.kubernetes import pods
from sightline.model import artifacts, environments, monitoring, placement

__all__ = ["Release", "compile_notes", "needed_secrets"]

_PATIENCE: Final = "10m"

_HEAD: Final = """\
#!/bin/sh
# Installs the monitoring of {environment}, or brings it up to date.
# A second run changes nothing; README.md says what must be there before.
set -eu
cd "$(dirname "$0")"
namespace={namespace}

# Whether a Secret has its keys, without looking at what stands there.
need() {{
  secret=$1; shift
  for key in "$@"; do
    kubectl --namespace "$namespace" describe secret "$secret" 2>/dev/null |
      grep -q "^$key:" || {{
      echo "install.sh: expected the key $key in the Secret $secret of $namespace;" \\
        "README.md says how to make it" >&2
      exit 3
    }}
  done
}}
"""

_ASKED: Final = """\
case "${{1:-}}" in
{words}) ;;
*)
  echo "install.sh: expected one of {words}, found ${{1:-nothing}}" >&2
  exit 2
  ;;
esac
"""

_BEFORE: Final = """\
## Before

No secret is in any of these files. Write each into a file of the name of its key,
without a final newline, then:
"""

_WAYS: Final = """\
Two ways; take one. `install.sh WAY` runs exactly these commands, and a second run
changes nothing.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A release, the chart it is made of, and the file of its values."""

    name: str
    chart: upstream.Chart
    values: str

    def command(self, namespace: str) -> str:
        """Gives the command that installs it or brings it up to date."""
        return (
            f"helm upgrade --install {self.name} {self.chart.name} \\\n"
            f"  --version {self.chart.version} --namespace {namespace}"
            f" --create-namespace \\\n  --values {self.values}"
            f" --wait --timeout {_PATIENCE}"
        )


def needed_secrets(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> Mapping[str, tuple[str, ...]]:
    """Gives the Secrets that must be there, each with its keys."""
    found: dict[str, tuple[str, ...]] = {
        pods.Names.ALERTMANAGER_SECRETS: receivers.secret_names(declared, environment),
        pods.Names.GRAFANA_ADMIN: ("admin-user", "admin-password"),
    }
    keys = collector_settings.secret_keys(environment)
    if keys:
        found[pods.Names.CONNECTION_SECRETS] = keys
    return found


def compile_notes(
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    ways: Mapping[str, Iterable[Release]],
) -> tuple[artifacts.Artifact, ...]:
    """Gives `install.sh` and `README.md`.

    Args:
        declared: what exists in the environment.
        environment: has a cluster.
        ways: the releases of each way to install, by its word.
    """
    listed = {way: tuple(releases) for way, releases in ways.items()}
    texts = {
        "install.sh": _script(declared, environment, listed),
        "README.md": _page(declared, environment, listed),
    }
    return tuple(
        artifacts.Artifact(path=PurePosixPath("helm") / name, text=text)
        for name, text in texts.items()
    )


def _namespace(environment: environments.Environment) -> str:
    cluster = environment.place.kubernetes
    return cluster.namespace if cluster else ""


def _script(
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    ways: Mapping[str, tuple[Release, ...]],
) -> str:
    namespace = _namespace(environment)
    words = "|".join(ways)
    repositories = sorted(
        {
            (release.chart.name.partition("/")[0], release.chart.repository)
            for releases in ways.values()
            for release in releases
        }
    )
    checks = [
        f"need {name} {' '.join(keys)}"
        for name, keys in needed_secrets(declared, environment).items()
    ]
    added = [
        f"helm repo add --force-update {name} {address}"
        for name, address in repositories
    ]
    branches = [
        f"{way})\n"
        + "\n".join(release.command(namespace) for release in releases)
        + "\n;;"
        for way, releases in ways.items()
    ]
    return "\n".join(
        [
            _HEAD.format(environment=environment.name, namespace=namespace),
            _ASKED.format(words=words),
            *checks,
            *added,
            'case "$1" in',
            *branches,
            "esac",
            "",
        ]
    )


def _page(
    declared: monitoring.Monitoring,
    environment: environments.Environment,
    ways: Mapping[str, tuple[Release, ...]],
) -> str:
    namespace = _namespace(environment)
    rows = [
        f"| `{way}` | `{release.name}` | `{release.chart.name}` |"
        f" {release.chart.version} | `{release.values}` |"
        for way, releases in ways.items()
        for release in releases
    ]
    missing = programs.absent(declared, environment)
    secrets = [
        f"kubectl --namespace {namespace} create secret generic {name} \\\n  "
        + " ".join(f"--from-file={key}" for key in keys)
        for name, keys in needed_secrets(declared, environment).items()
    ]
    return "\n".join(
        [
            f"# Monitoring of {environment.name}, by Helm",
            "",
            _WAYS,
            "| Way | Release | Chart | Version | Values |",
            "|---|---|---|---|---|",
            *rows,
            "",
            _BEFORE,
            "```sh",
            f"kubectl create namespace {namespace}",
            *secrets,
            "```",
            *_missing(missing),
            "",
            "## Going back",
            "",
            "```sh",
            f"helm --namespace {namespace} history prometheus",
            f"helm --namespace {namespace} rollback prometheus",
            "```",
            "",
        ]
    )


def _missing(missing: Mapping[placement.Program, str]) -> list[str]:
    if not missing:
        return []
    listed = [f"- {program.value}: {reason}." for program, reason in missing.items()]
    return ["", "## Not installed", "", *listed]
