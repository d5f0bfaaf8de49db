"""The integration API under /api/v1."""
