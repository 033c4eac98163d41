"""The exact days and counts at which a verdict turns."""
