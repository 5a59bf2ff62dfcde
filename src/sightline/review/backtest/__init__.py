"""Rules replayed over history, exactly as Prometheus would have evaluated them."""
