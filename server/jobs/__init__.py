"""Durable background work: what waits in the `job` table, claimed and done by whichever process is alive.

One file a kind of work. A job opens its own transactions, a bounded piece of work each, and bears being run twice.
"""
