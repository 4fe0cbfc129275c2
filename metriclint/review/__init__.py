"""Change review: two states of the declarations compared by meaning, and what that says about a proposal."""
