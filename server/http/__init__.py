"""The HTTP door: parse, open a transaction, call one action or query, dump. No rule of the domain lives here."""
