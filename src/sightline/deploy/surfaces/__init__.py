"""The live systems: how each of them is read and written."""
