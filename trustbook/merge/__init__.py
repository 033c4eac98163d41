"""Keeping copies of one network equal: pure decisions, with no file, no network and no clock."""
