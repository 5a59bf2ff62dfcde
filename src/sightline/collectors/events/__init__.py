"""Lines of logs become metrics: parsed in bulk, counted in bounds, never twice."""
