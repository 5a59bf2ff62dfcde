"""How long databases and caches take, as the service that waits for them sees it.

`metrics` holds the histograms; `psycopg`, `asyncpg` and `redis` connect one client
each. None of them imports it.
"""
