"""The values of the charts of exporters, each a release of its own."""

from sightline.compilers import programs
from sightline.compilers.helm import servers
from sightline.compilers.kubernetes import objects, pods
from sightline.compilers.prometheus import blackbox
from sightline.model import (
    connections,
    environments,
    monitoring,
    placement,
)

__all__ = ["exporter_releases"]

_Program = placement.Program


def exporter_releases(
    declared: monitoring.Monitoring, environment: environments.Environment
) -> dict[str, servers.Values]:
    """Gives the values of the exporters' charts, by release."""
    rooms = environment.place.rooms
    found: dict[str, servers.Values] = {
        servers.BLACKBOX_RELEASE: {
            "config": blackbox.compile_modules(),
            "resources": objects.resources(rooms[_Program.BLACKBOX_EXPORTER]),
        }
    }
    for program in (_Program.POSTGRES_EXPORTER, _Program.REDIS_EXPORTER):
        connected = programs.find_exporter(program, declared, environment)
        if connected is not None:
            found[f"prometheus-{program.value}"] = {
                **_connection(connected[1]),
                "resources": objects.resources(rooms[program]),
            }
    return found


def _connection(found: connections.Postgres | connections.Redis) -> servers.Values:
    if isinstance(found, connections.Postgres):
        return {
            "config": {
                "datasource": {
                    "host": found.address.host,
                    "port": str(found.address.port),
                    "user": found.user,
                    "passwordSecret": _key(found.password_file),
                    "database": found.database,
                    "sslmode": found.tls.value,
                }
            }
        }
    scheme = "rediss" if found.tls else "redis"
    return {
        "redisAddress": f"{scheme}://{found.addresses[0]}",
        "auth": {
            "enabled": found.password_file is not None,
            "secret": _key(found.password_file),
            "redisUser": found.username,
        },
    }


def _key(file: object) -> servers.Values:
    name = getattr(file, "name", None)
    return {"name": pods.Names.CONNECTION_SECRETS, "key": name} if name else {}
