"""The Socket.IO door: who is connected, what they send, who hears what, and in which order."""
