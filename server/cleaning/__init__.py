"""Making uploaded files safe to hand out: PDFs and recordings, written anew from what is known to be harmless.

A file is hostile until it is written anew: all of it is read in a process of its own that may use only so much memory and
time and nothing of the service (server/cleaning/apart.py).
"""
