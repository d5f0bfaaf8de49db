"""Pure Brazilian Portuguese: the harmless text and the grammar of values; knows nothing of the program, runs on Python 3.10+."""
