"""Model to artifacts: pure, byte-for-byte reproducible."""
