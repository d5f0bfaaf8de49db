"""Pure Brazilian Portuguese: the harmless text, the grammar of values. Knows nothing of the program; runs on Python 3.10 and later."""
