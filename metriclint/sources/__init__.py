"""Finding and reading declarations: from paths to linked projects."""
