"""Making what tests need: databases, settings, people, groups, messages, servers and clients. All of it real."""
