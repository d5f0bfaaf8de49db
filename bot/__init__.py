"""What runs inside the Rasa process (Python 3.10)."""
