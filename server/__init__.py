"""The service itself: settings, both doors' schemas, actions, queries and the HTTP door."""
