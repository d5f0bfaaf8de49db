"""PDFs that people receive."""
