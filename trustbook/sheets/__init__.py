"""The sheets trustbook writes, as values."""
