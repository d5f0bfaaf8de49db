"""Fake providers and phones, written from the providers' documentation; never used in production."""
