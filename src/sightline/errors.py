"""The exceptions of sightline: one tree, rooted at `SightlineError`.

A user's mistake is a *finding* (see `sightline.model.findings`); an exception is
a broken promise. Catch the class that names what you can do about it::

    SightlineError
    ├── InputError            bad input: exit code 2
    │   └── SpecInvalid       the spec has findings; carries them all
    └── EnvironmentFailed     the surroundings failed: exit code 3
        ├── ComponentMissing  a program is not to be found or fetched
        ├── ComponentFailed   a program was started and did not become ready
        ├── FetchFailed       a download failed or did not verify
        ├── PortTaken         a port asked for explicitly belongs to somebody else
        ├── StackRunning      another stack already runs on the same data
        ├── ServerUnavailable a monitored or monitoring server did not answer
        │   ├── AccessRefused     it does not know us, or does not allow it
        │   ├── ObjectMissing     it holds no such object
        │   └── ChangeRefused     it does not take a change
        │       ├── EditConflict      somebody changed the object meanwhile
        │       ├── ManagedElsewhere  a file or another tool owns the object
        │       └── NameTaken         another object has the name
        ├── StageFailed       a stage of an apply could not be done
        ├── LiveChanged       somebody changed a resource since it was planned
        ├── ApplyRunning      another apply works on the same environment
        ├── CredentialMissing a reference to a credential leads to none
        └── SourceFailed      a source of the collectors gave no reading
"""

import enum

__all__ = [
    "AccessRefused",
    "ApplyRunning",
    "ChangeRefused",
    "ComponentFailed",
    "ComponentMissing",
    "CredentialMissing",
    "EditConflict",
    "EnvironmentFailed",
    "FailureReason",
    "FetchFailed",
    "InputError",
    "LiveChanged",
    "ManagedElsewhere",
    "NameTaken",
    "ObjectMissing",
    "PortTaken",
    "ServerUnavailable",
    "SightlineError",
    "SourceFailed",
    "SpecInvalid",
    "StackRunning",
    "StageFailed",
]


class SightlineError(Exception):
    """A promise that sightline could not keep, in words for its user.

    Attributes:
        exit_code: what the command line returns when this reaches it.
    """

    exit_code = 70


class InputError(SightlineError):
    """Input that cannot be used as it is."""

    exit_code = 2


class SpecInvalid(InputError):
    """A spec that cannot be compiled; `findings` holds every reason.

    The findings are `sightline.model.findings.Finding` objects; they are typed as
    `object` here because errors stand below the model.
    """

    def __init__(self, findings: tuple[object, ...]) -> None:
        super().__init__("\n".join(str(finding) for finding in findings))
        self.findings = findings


class EnvironmentFailed(SightlineError):
    """The surroundings, not the input and not sightline, made the work impossible."""

    exit_code = 3


class ComponentMissing(EnvironmentFailed):
    """A program that is needed is neither installed nor to be fetched."""


class ComponentFailed(EnvironmentFailed):
    """A program was started and ended, or did not become ready in time."""


class FetchFailed(EnvironmentFailed):
    """A download failed, or what arrived is not what was expected."""


class PortTaken(EnvironmentFailed):
    """A port that was asked for explicitly is in use by somebody else."""


class StackRunning(EnvironmentFailed):
    """Another stack already runs on the same data."""


class ServerUnavailable(EnvironmentFailed):
    """A server did not answer, or answered what cannot be used."""


class AccessRefused(ServerUnavailable):
    """A server does not accept the credentials, or what they may do is not enough."""


class ObjectMissing(ServerUnavailable):
    """A server holds no object of the name that was asked for."""


class ChangeRefused(ServerUnavailable):
    """A server answered that it does not take a change; nothing was changed."""


class EditConflict(ChangeRefused):
    """Somebody changed the object after it was read; read it again before writing."""


class ManagedElsewhere(ChangeRefused):
    """The object belongs to files or to another tool, and is changed there only."""


class NameTaken(ChangeRefused):
    """Another object already has the uid or the title."""


class StageFailed(EnvironmentFailed):
    """A stage of an apply could not be done; the message says how to go on."""


class LiveChanged(EnvironmentFailed):
    """Somebody changed a resource since it was planned; it was left alone."""


class ApplyRunning(EnvironmentFailed):
    """Another apply works on the same environment."""


class CredentialMissing(EnvironmentFailed):
    """A reference to a credential leads to none; the message never holds one."""


class FailureReason(enum.Enum):
    """Why a source gave no reading; the `reason` label of its errors.

    The reasons differ in who can do something about them.
    """

    UNREACHABLE = "unreachable"
    """Nothing answers there, or the connection broke."""
    TIMEOUT = "timeout"
    """It was reached, and too slow."""
    STARTING = "starting"
    """It is there and not ready yet: loading its data, or electing its leader."""
    EXHAUSTED = "exhausted"
    """It has no room left: connections, memory, or the rate it grants."""
    REFUSED = "refused"
    """It knows the credentials and does not allow it, or does not know them."""
    QUERY = "query"
    """What was asked is wrong: syntax, a table, a column or a parameter."""
    ANSWER = "answer"
    """What came back is not of the shape that was agreed, or was cut off."""
    LIMIT = "limit"
    """More rows or label values than the source may have."""
    FAULT = "fault"
    """The far side failed and says that it is its own fault."""
    STORAGE = "storage"
    """What was counted cannot be kept: a full disk, or a damaged file."""
    UNEXPECTED = "unexpected"
    """A bug of the collector."""


class SourceFailed(EnvironmentFailed):
    """A source of the collectors gave no reading this time.

    Attributes:
        reason: the class of the failure.
        retry_after_seconds: the far side asks to be left alone for so long.
    """

    def __init__(
        self, reason: FailureReason, message: str, *, retry_after_seconds: float = 0.0
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.retry_after_seconds = retry_after_seconds
