"""What is wrong with monitoring, seen in its files: one module for each check."""
