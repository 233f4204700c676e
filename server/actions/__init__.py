"""Use-cases that change something. Five beats: load and lock, authorise, decide, change, record the event.

An action never commits, emits, reads the clock or sees a request.
"""
