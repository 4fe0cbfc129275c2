"""The incentive graph: what people can do, what it moves, who sees it, and what follows."""
