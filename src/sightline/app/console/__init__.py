"""What the console shows: builds, alerts, notifications and components, as facts."""
