"""The language server: what a check knows, beside the text while it is typed."""
