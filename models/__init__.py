"""The nouns: tables, enums, ids, errors, clock, database session, streams and policy. Imports no floor above."""
