"""The settings of the process that collects: a file → connections, or its mistakes."""

from collections.abc import Iterator
from pathlib import Path

import pydantic

from sightline import errors
from sightline.formats import documents as native
from sightline.formats import nodes, reporting
from sightline.model import connections, spans
from sightline.spec import documents, messages, settings_shapes

__all__ = ["require", "resolve_connections"]


def require(file: Path) -> connections.CollectorSettings:
    """Gives the settings in a file; paths in it are relative to its folder.

    Raises:
        errors.SpecInvalid: the file has mistakes; it carries them all.
    """
    reporter = reporting.Reporter("settings")
    content = native.read_bytes(
        file,
        str(file),
        reporter,
        limit=documents.MAX_BYTES,
        hint="settings are small",
    )
    document = (
        None if content is None else documents.parse(content, str(file), reporter)
    )
    shape = None if document is None else _check(document, reporter)
    if shape is None or reporter.findings:
        raise errors.SpecInvalid(reporter.findings)
    return _resolve(shape, file.parent)


def _check(
    document: documents.Document, reporter: reporting.Reporter
) -> settings_shapes.CollectorSettings | None:
    shape = settings_shapes.CollectorSettings
    try:
        checked = shape.model_validate(nodes.plain(document.node))
    except pydantic.ValidationError as error:
        messages.report(error, shape, document.node, (), reporter)
        return None
    _report_repeated(document, checked, reporter)
    return checked


def _report_repeated(
    document: documents.Document,
    shape: settings_shapes.CollectorSettings,
    reporter: reporting.Reporter,
) -> None:
    first: dict[str, spans.Span] = {}
    for section in _SECTIONS:
        for name in getattr(shape, section):
            span = nodes.name_span(document.node, (section, name))
            if name in first:
                reporter.error(
                    "duplicate",
                    span,
                    f"expected each connection once, found {name!r} again",
                    f"it stands at {first[name]} already; give this one another name",
                )
            first.setdefault(name, span)


_SECTIONS = (
    "postgres",
    "sqlite",
    "redis",
    "stripe",
    "tls",
    "files",
    "http",
    "standard_input",
)


def _resolve(
    shape: settings_shapes.CollectorSettings, folder: Path
) -> connections.CollectorSettings:
    return connections.CollectorSettings(
        listen=_address(shape.collector.listen),
        environment=shape.collector.environment,
        state=folder / shape.collector.state,
        connections=resolve_connections(shape, folder),
    )


def resolve_connections(
    shape: settings_shapes.Connected, folder: Path
) -> dict[str, connections.Connection]:
    """Gives the connections by name; paths are relative to `folder`."""
    return dict(_connections(shape, folder))


def _connections(
    shape: settings_shapes.Connected, folder: Path
) -> Iterator[tuple[str, connections.Connection]]:
    for name, database in shape.postgres.items():
        yield (
            name,
            connections.Postgres(
                address=_address(database.address),
                database=database.database,
                user=database.user,
                password_file=_path(folder, database.password_file),
                tls=database.tls,
            ),
        )
    for name, file in shape.sqlite.items():
        yield name, connections.Sqlite(file=folder / file.file)
    for name, redis in shape.redis.items():
        yield name, _redis(redis, folder)
    for name, stripe in shape.stripe.items():
        key_file = folder / stripe.key_file
        yield name, connections.Stripe(url=stripe.url.rstrip("/"), key_file=key_file)
    for name, tls in shape.tls.items():
        address = _address(tls.address)
        yield (
            name,
            connections.TlsEndpoint(
                address=address,
                server_name=tls.server_name or address.host,
                certificate_authority=_path(folder, tls.certificate_authority),
            ),
        )
    for name, files in shape.files.items():
        place = folder / files.folder
        yield name, connections.Files(folder=place, pattern=files.pattern)
    for name, http in shape.http.items():
        token_file = folder / http.token_file
        limit_bytes = http.limit << 20
        yield (
            name,
            connections.HttpBatches(token_file=token_file, limit_bytes=limit_bytes),
        )
    for name in shape.standard_input:
        yield name, connections.StandardInput()


def _redis(shape: settings_shapes.Redis, folder: Path) -> connections.Redis:
    return connections.Redis(
        kind=shape.kind,
        addresses=tuple(map(_address, shape.addresses)),
        primary=shape.primary,
        database=shape.database,
        username=shape.username or "",
        password_file=_path(folder, shape.password_file),
        sentinel_password_file=_path(folder, shape.sentinel_password_file),
        tls=shape.tls,
        certificate_authority=_path(folder, shape.certificate_authority),
    )


def _address(text: str) -> connections.Address:
    host, _, port = text.rpartition(":")
    return connections.Address(host=host, port=int(port))


def _path(folder: Path, text: str | None) -> Path | None:
    return None if text is None else folder / text
