"""Payment codes (Pix BR Code): encode, decode, check. Pure."""
