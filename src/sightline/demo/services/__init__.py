"""The services, one module each: `compose(settings, registry)` gives its program."""
