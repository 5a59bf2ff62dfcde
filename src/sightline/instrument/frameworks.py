"""The route template that a framework's router found, for undeclared routes."""

from typing import Final

from sightline.instrument import exchanges

__all__ = ["route_template"]

_REST: Final = "/{path}"


def route_template(scope: exchanges.Scope, root_path: str) -> str | None:
    """Gives the template that Starlette or FastAPI matched; None where none is known.

    A router leaves the route that it took in the scope. Below a mount that route is
    relative, and the mount's prefix is there only as it was requested; the values of
    its parameters are turned back into their names.

    Args:
        scope: the scope after the application has seen it.
        root_path: the `root_path` that the scope had before.
    """
    route = scope.get("route")
    # FastAPI shares one route between all the prefixes that include its router, and
    # keeps the prefixed one beside it.
    context = (scope.get("fastapi") or {}).get("effective_route_context")
    if context is not None and getattr(context, "original_route", None) is route:
        route = context
    template = getattr(route, "path_format", None) or getattr(route, "path", None)
    if not isinstance(template, str):
        return None
    prefix = str(scope.get("root_path", "")).removeprefix(root_path)
    if hasattr(route, "routes"):
        # The mount itself: what it holds is no router, or its router found nothing.
        return _without_values(prefix, scope) + _REST
    return _without_values(prefix, scope) + template


def _without_values(prefix: str, scope: exchanges.Scope) -> str:
    if not prefix:
        return ""
    names = {str(v): f"{{{name}}}" for name, v in scope.get("path_params", {}).items()}
    return "/".join(names.get(segment, segment) for segment in prefix.split("/"))
