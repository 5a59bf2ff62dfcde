"""Production monitoring declared once and proven before it pages anyone."""

__version__ = "0.1.0"
