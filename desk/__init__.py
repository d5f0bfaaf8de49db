"""The human agents' web desk."""
