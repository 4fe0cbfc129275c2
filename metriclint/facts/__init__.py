"""The facts that rules speak about, and where each comes from."""
