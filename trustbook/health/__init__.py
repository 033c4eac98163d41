"""The verdict on every relationship: the facts, the hints, the sentence of why."""
