"""The console's own modules and styles, under an address that changes with them.

A page loads some seventy small files. Their address carries a digest of all of them,
so a browser keeps them for good and asks for none again, and after an update asks for
all of them anew.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

__all__ = ["Modules"]

_PLAIN: Final = b'"/static/'
_SMALLEST_PACKED_BYTES: Final = 1024
_FOR_GOOD: Final = "public, max-age=31536000, immutable"
_TYPES: Final[Mapping[str, str]] = {".js": "text/javascript", ".css": "text/css"}


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    packed: bytes | None
    media_type: str


class Modules:
    """The files of a folder, read once; `prefix` is where they are served.

    Args:
        folder: JavaScript modules in it import one another as `/static/…`.
    """

    def __init__(self, folder: Path) -> None:
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        contents = {
            path.relative_to(folder).as_posix(): path.read_bytes() for path in paths
        }
        digest = hashlib.sha256()
        for name, content in contents.items():
            digest.update(name.encode() + b"\0" + content + b"\0")
        self.prefix = f"/static/{digest.hexdigest()[:16]}"
        own = f'"{self.prefix}/'.encode()
        self._files = {
            name: _pack(name, content.replace(_PLAIN, own))
            for name, content in contents.items()
        }

    async def answer(self, request: Request) -> Response:
        """Answers with one file."""
        file = self._files.get(request.path_params["path"])
        if file is None:
            raise HTTPException(404, "there is no such file")
        headers = {"cache-control": _FOR_GOOD, "vary": "accept-encoding"}
        content = file.content
        if file.packed and "gzip" in request.headers.get("accept-encoding", ""):
            content = file.packed
            headers["content-encoding"] = "gzip"
        return Response(content, media_type=file.media_type, headers=headers)


def _pack(name: str, content: bytes) -> _File:
    suffix = Path(name).suffix
    media_type = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "text/plain"
    is_worth_it = suffix in _TYPES and len(content) >= _SMALLEST_PACKED_BYTES
    packed = gzip.compress(content, mtime=0) if is_worth_it else None
    return _File(content=content, packed=packed, media_type=media_type)
