"""Whether a service exposes what the dashboards, alerts and objectives read of it."""
