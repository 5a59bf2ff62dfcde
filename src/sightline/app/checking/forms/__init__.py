"""The forms of a report: for people, for programs, for code hosts and CI systems."""
