"""What teams write: the declaration format as types."""
