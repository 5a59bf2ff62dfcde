"""The command line: parse, call the use case, print, exit code."""
