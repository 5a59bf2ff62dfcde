"""PromQL as syntax trees: what an expression reads and which labels it gives."""
