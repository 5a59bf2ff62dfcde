"""The components of the local stack: how each program is started and asked."""
