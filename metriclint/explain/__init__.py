"""Explanations: how a number reaches a consequence, what feeds one, and what would cut the way."""
