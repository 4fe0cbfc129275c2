"""Plain questions about a number: one data file, answers to it, and the card that they make."""
