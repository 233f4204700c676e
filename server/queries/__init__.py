"""Reads, locks and visibility: what a person may see, loaded on purpose."""
