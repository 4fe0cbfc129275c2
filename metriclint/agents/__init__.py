"""Tools for coding agents, over the Model Context Protocol: they read and never write."""
