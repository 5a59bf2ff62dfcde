"""Credentials, fetched the moment they are needed, from where the spec says they are.

What is fetched is a `secrets.Secret`; no message holds any of it, and neither does the
output of a program that failed.
"""

import asyncio
import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, assert_never

from sightline import errors
from sightline.clients import tools
from sightline.model import deployment, findings, secrets

__all__ = ["Keyring"]

_LIMIT_BYTES: Final = 64 << 10
_PATIENCE_SECONDS: Final = 60.0
"""A person may have to unlock the safe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyring:
    """The ways to credentials.

    Attributes:
        root: the project, for relative paths.
        environ: the environment variables.
        kubectl: asks the cluster.
        kubectl_arguments: choose the cluster.
    """

    root: Path
    environ: Mapping[str, str]
    kubectl: tools.Program
    kubectl_arguments: tuple[str, ...] = ()

    async def fetch(self, credential: deployment.Credential) -> secrets.Secret:
        """Gives a credential, without the white space around it.

        Raises:
            CredentialMissing: there is none there.
        """
        match credential:
            case deployment.EnvironmentVariable(name=name):
                text = self.environ.get(name, "")
                where = f"the environment variable {name}"
            case deployment.SecretFile(path=path):
                where = f"the file {self.root / path}"
                text = await asyncio.to_thread(_read, self.root / path, where)
            case deployment.KubernetesSecret():
                where = (
                    f"the key {credential.key!r} of the Secret"
                    f" {credential.namespace}/{credential.name}"
                )
                text = await self._ask_cluster(credential, where)
            case deployment.CommandOutput(argv=argv):
                where = f"the output of {argv[0]!r}"
                text = await self._run(argv, where)
            case _:
                assert_never(credential)
        if not text.strip():
            raise errors.CredentialMissing(
                f"expected a credential in {where}, found nothing"
            )
        return secrets.Secret(text.strip())

    async def _ask_cluster(
        self, credential: deployment.KubernetesSecret, where: str
    ) -> str:
        outcome = await self.kubectl.run(
            (
                *self.kubectl_arguments,
                "get",
                "secret",
                credential.name,
                f"--namespace={credential.namespace}",
                "--output=json",
            )
        )
        text = _output(outcome, where)
        try:
            encoded = json.loads(text)["data"][credential.key]
            return base64.b64decode(encoded, validate=True).decode()
        except (ValueError, KeyError, TypeError, binascii.Error):
            # The cause would hold what was read: it is left out on purpose.
            raise errors.CredentialMissing(
                f"expected a credential in {where}, found no such key"
            ) from None

    async def _run(self, argv: tuple[str, ...], where: str) -> str:
        program = tools.Program(
            name=argv[0],
            path=Path(argv[0]),
            environment=self.environ,
            timeout_seconds=_PATIENCE_SECONDS,
        )
        return _output(await program.run(argv[1:]), where)


def _output(outcome: tools.Outcome, where: str) -> str:
    match outcome:
        case tools.Verdict(is_accepted=True, output=output):
            return output
        case tools.Verdict():
            raise errors.CredentialMissing(
                f"expected a credential in {where}, and the program failed; run it"
                " yourself to see why: what it said may hold secrets and is not shown"
            )
        case findings.NotChecked(reason=reason):
            raise errors.CredentialMissing(
                f"expected a credential in {where}: {reason}"
            )


def _read(path: Path, where: str) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_LIMIT_BYTES).decode()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise errors.CredentialMissing(
            f"expected a credential in {where}: {reason}"
        ) from None
