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
        └── ServerUnavailable a monitored or monitoring server did not answer
"""

__all__ = [
    "ComponentFailed",
    "ComponentMissing",
    "EnvironmentFailed",
    "FetchFailed",
    "InputError",
    "PortTaken",
    "ServerUnavailable",
    "SightlineError",
    "SpecInvalid",
    "StackRunning",
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
