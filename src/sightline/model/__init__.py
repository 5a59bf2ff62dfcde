"""The facts that every other package speaks about: frozen, typed, without I/O."""
