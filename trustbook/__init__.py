"""trustbook: fix the roof while the sun shines."""
