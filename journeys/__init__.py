"""Messages that nobody asked for today: reminders of what was agreed on, and answers that could not be given in time."""
