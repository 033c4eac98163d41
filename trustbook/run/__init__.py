"""The night's work: read, plan, guard, write, verify, remember."""
