"""The path of a message: inbox, turn, wording, outbox, hand-over, identity."""
