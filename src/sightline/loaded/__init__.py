"""What a server has loaded, beside what was built: the same, or not, and where."""
