"""The integration API under /api/v1: what a creditor's systems read, and the debts they write."""
