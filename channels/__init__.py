"""The one message type of the program, and one file per provider that carries it."""
