"""The audit pack: findings that a professional can sign, and follow up."""
