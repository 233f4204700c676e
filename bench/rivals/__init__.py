"""Servers to be measured beside ours: small on purpose, and speaking enough of the same wire for the same load client."""
