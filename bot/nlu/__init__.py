"""What Rasa understands with: components of our own, small and quick."""
