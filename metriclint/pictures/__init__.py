"""Pictures of the incentive graph: one module a format, each a pure function from a picture to text."""
