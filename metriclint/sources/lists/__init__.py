"""Lists of any shape, read by a mapping; the mappings that ship lie in ``mappings``."""
