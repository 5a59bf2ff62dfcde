"""The reference platform: six services, traffic and faults."""
