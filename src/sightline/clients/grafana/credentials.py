"""As whom Grafana is asked."""

import base64
from dataclasses import dataclass

from sightline.model import secrets

__all__ = ["Credentials", "Login", "Token", "authorize"]


@dataclass(frozen=True, slots=True)
class Token:
    """A service account's token.

    https://grafana.com/docs/grafana/latest/administration/service-accounts/
    """

    secret: secrets.Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A user with a password; only a server's administrator reloads files."""

    user: str
    password: secrets.Secret


Credentials = Token | Login


def authorize(credentials: Credentials) -> secrets.Secret:
    """Gives what the `Authorization` header says."""
    match credentials:
        case Token(secret=token):
            return secrets.Secret(f"Bearer {token.reveal()}")
        case Login(user=user, password=password):
            pair = f"{user}:{password.reveal()}".encode()
            return secrets.Secret(f"Basic {base64.b64encode(pair).decode()}")
