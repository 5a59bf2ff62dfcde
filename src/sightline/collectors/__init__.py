"""What becomes metrics because nobody else exposes it."""
