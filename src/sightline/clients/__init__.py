"""The only network and subprocess I/O of sightline."""
