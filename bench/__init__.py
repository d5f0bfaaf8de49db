"""What the product costs on this machine: `python -m bench`, one JSON object a line."""
