"""Rule files: reading, compiling, asking, explaining."""
