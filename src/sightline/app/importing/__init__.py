"""From what a company has, live or in files, to a spec of its own."""
