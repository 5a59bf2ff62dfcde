"""`check`: what is wrong with a spec, its artifacts, or anybody's files."""
