"""Benchmarks: scripts that compare with a named opponent in one run and print ratios."""
