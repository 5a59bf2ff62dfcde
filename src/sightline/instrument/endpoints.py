"""Which endpoint a request is counted at: declared, discovered, or unmatched."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from sightline.instrument import metrics, routes
from sightline.model import services

__all__ = ["Directory"]

_METHODS: Final = frozenset(
    {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"}
)
"""https://www.rfc-editor.org/rfc/rfc9110#section-9 and RFC 5789 (PATCH)."""

_OTHER_METHOD: Final = "OTHER"
_OTHER: Final = services.OperationClass.OTHER
_MOST_DISCOVERED_ROUTES: Final = 500
"""A bound for the labels, whatever a framework calls its routes."""

_Operations = Mapping[str, services.OperationClass]


class Directory:
    """The endpoints of an application; how many there can be is bounded.

    Raises:
        ValueError: when a route is declared twice or its template is malformed.
    """

    def __init__(
        self, declared: Iterable[routes.Route], counts: metrics.HttpMetrics
    ) -> None:
        declared = tuple(declared)
        self._counts = counts
        by_template = {
            template: _RouteEndpoints(template, operations, counts)
            for template, operations in _by_template(declared).items()
        }
        self._templates = frozenset(by_template)
        self._declared = routes.Matcher.of(by_template)
        self._discovered: dict[str, _RouteEndpoints] = {}
        self.unmatched: Final = _RouteEndpoints(routes.UNMATCHED, {}, counts)
        self._initialise(declared)

    def endpoint(
        self, method: str, path: str, find_template: Callable[[], str | None]
    ) -> metrics.Endpoint:
        """Gives where to count a request, before the application has seen it.

        Args:
            method: as requested.
            path: as requested, without what the application is mounted below.
            find_template: asked when the request is over and its route was not
                declared; gives the template that the framework's router found.
        """
        declared = self._declared.find(path)
        if declared is not None:
            return declared.of(method)
        return _Undeclared(self, method, find_template)

    def declares(self, template: str) -> bool:
        """Whether a template is declared to the letter, whatever paths it matches."""
        return template in self._templates

    def discover(self, template: str | None) -> "_RouteEndpoints":
        """Gives the endpoints of a route that is not declared."""
        if template is None:
            return self.unmatched
        found = self._discovered.get(template)
        if found is None:
            if len(self._discovered) >= _MOST_DISCOVERED_ROUTES:
                return self.unmatched
            found = _RouteEndpoints(template, {}, self._counts)
            self._discovered[template] = found
        return found

    def _initialise(self, declared: Iterable[routes.Route]) -> None:
        statuses = metrics.INITIAL_STATUSES
        self._counts.initialise("GET", routes.UNMATCHED, _OTHER.value, statuses)
        for route in declared:
            self._counts.initialise(
                route.method,
                route.template,
                route.operation.value,
                (*statuses, *route.statuses),
            )


class _RouteEndpoints:
    """The endpoints of one route, by method as requested."""

    __slots__ = ("_by_method", "_counts", "_operations", "_template")

    def __init__(
        self, template: str, operations: _Operations, counts: metrics.HttpMetrics
    ) -> None:
        self._template = template
        self._operations = operations
        self._counts = counts
        self._by_method: dict[str, metrics.Endpoint] = {}

    def of(self, method: str) -> metrics.Endpoint:
        """Gives the endpoint of a method; unknown ones share `OTHER`."""
        endpoint = self._by_method.get(method)
        return self._open(method) if endpoint is None else endpoint

    def _open(self, method: str) -> metrics.Endpoint:
        if method not in _METHODS and method not in self._operations:
            method = _OTHER_METHOD
        # Routers answer HEAD wherever they answer GET, so it is the same operation.
        declared = "GET" if method == "HEAD" else method
        operation = self._operations.get(declared, _OTHER)
        endpoint = self._counts.endpoint(method, self._template, operation.value)
        self._by_method[method] = endpoint
        return endpoint


class _Undeclared:
    """A request whose route only the framework's router knows, once it has run.

    All undeclared routes are of the operation `other`, so that what begins as
    unmatched may end under its route's name.
    """

    __slots__ = ("_directory", "_find_template", "_method")

    def __init__(
        self,
        directory: Directory,
        method: str,
        find_template: Callable[[], str | None],
    ) -> None:
        self._directory = directory
        self._method = method
        self._find_template = find_template

    def begin(self) -> None:
        self._directory.unmatched.of(self._method).begin()

    def finish(self, status: int, seconds: float, trace_id: str | None = None) -> None:
        found = self._directory.discover(self._find_template())
        found.of(self._method).finish(status, seconds, trace_id)


def _by_template(declared: Iterable[routes.Route]) -> Mapping[str, _Operations]:
    operations: dict[str, dict[str, services.OperationClass]] = {}
    for route in declared:
        by_method = operations.setdefault(route.template, {})
        if route.method in by_method:
            raise ValueError(f"declared twice: {route.method} {route.template}")
        by_method[route.method] = route.operation
    return operations
