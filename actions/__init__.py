"""What Rasa asks the program to do: one file per topic, slots in, one call, events and a named response out."""
