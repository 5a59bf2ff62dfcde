"""What a service imports to be measured.

```python
from sightline import instrument

app = instrument.Middleware(app, declared=instrument.routes_of(service))
page = instrument.MetricsPage()  # an ASGI application for /metrics
```

Metrics: `http_requests_total{method,route,operation,status}`,
`http_request_duration_seconds{method,route,operation}` and
`http_requests_in_progress{operation}`.
"""

from sightline.instrument.asgi import EXCLUDED_PATHS, Middleware
from sightline.instrument.counting import open_metrics
from sightline.instrument.exposition import MetricsPage, exposed_registry
from sightline.instrument.metrics import (
    CLIENT_CLOSED_REQUEST,
    INITIAL_STATUSES,
    SLO_BUCKETS,
    HttpMetrics,
)
from sightline.instrument.routes import UNMATCHED, Route, routes_of
from sightline.model.services import OperationClass

__all__ = [
    "CLIENT_CLOSED_REQUEST",
    "EXCLUDED_PATHS",
    "INITIAL_STATUSES",
    "SLO_BUCKETS",
    "UNMATCHED",
    "HttpMetrics",
    "MetricsPage",
    "Middleware",
    "OperationClass",
    "Route",
    "exposed_registry",
    "open_metrics",
    "routes_of",
]
