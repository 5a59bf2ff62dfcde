"""Background work: what waits, for how long, and what became of it.

`metrics` counts what is done and reads what waits; `celery`, `rq` and `arq` connect
one queue system each, and are imported where it is installed.
"""
