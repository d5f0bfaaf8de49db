"""Training and measuring of what finds a frequent question. Nothing of it runs in the product."""
