"""What a service imports to be measured.

```python
from sightline import instrument

app = instrument.Middleware(app, declared=instrument.routes_of(service))
page = instrument.MetricsPage()  # an ASGI application for /metrics
```

Other frameworks have a module each, imported where they are: `wsgi` (Flask), `django`
and `aiohttp`. `queues` has Celery, RQ and arq; `databases` psycopg, asyncpg and Redis.

Metrics: `http_requests_total{method,route,operation,status}`,
`http_request_duration_seconds{method,route,operation}` and
`http_requests_in_progress{operation}`.
"""

from sightline.instrument.asgi import Middleware
from sightline.instrument.counting import open_metrics
from sightline.instrument.exposition import MetricsPage, exposed_registry
from sightline.instrument.meters import EXCLUDED_PATHS, Meter
from sightline.instrument.metrics import (
    CLIENT_CLOSED_REQUEST,
    INITIAL_STATUSES,
    HttpMetrics,
)
from sightline.instrument.routes import UNMATCHED, Route, routes_of
from sightline.instrument.tracing import (
    TraceSource,
    from_opentelemetry,
    from_traceparent,
)
from sightline.model.http_metrics import (
    PROMETHEUS,
    SLO_BUCKETS,
    Naming,
    opentelemetry,
)
from sightline.model.services import OperationClass

__all__ = [
    "CLIENT_CLOSED_REQUEST",
    "EXCLUDED_PATHS",
    "INITIAL_STATUSES",
    "PROMETHEUS",
    "SLO_BUCKETS",
    "UNMATCHED",
    "HttpMetrics",
    "Meter",
    "MetricsPage",
    "Middleware",
    "Naming",
    "OperationClass",
    "Route",
    "TraceSource",
    "exposed_registry",
    "from_opentelemetry",
    "from_traceparent",
    "open_metrics",
    "opentelemetry",
    "routes_of",
]
