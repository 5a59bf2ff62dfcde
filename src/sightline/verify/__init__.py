"""Live probes: the five lines and the evidence behind them."""
