"""The local stack: finding, fetching and supervising real components."""
