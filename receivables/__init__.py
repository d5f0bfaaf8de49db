"""Debts and what is owed: pure rules, and apart from them the store and the verbs on it."""
