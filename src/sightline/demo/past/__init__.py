"""A believable past of the reference platform, so that reviews have something to find.

It is generated, and says so: the metric `MARKER` of `series` covers exactly what was
made up. Everything in it follows from the end, the length and a seed.
"""
