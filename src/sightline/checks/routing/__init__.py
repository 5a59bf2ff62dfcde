"""Checks of what becomes of an alert: routes, receivers and inhibition."""
