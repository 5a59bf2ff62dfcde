"""The use case of `collect`: sources are opened, run, exposed and reloaded."""
