"""A spreadsheet with habits of its own: what to read it as, with reasons, done when asked."""
