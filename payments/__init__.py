"""Charges and payments: one file per provider, and the verbs that need one."""
