"""What is kept of a name that a source has for something."""

from __future__ import annotations

from hashlib import blake2b


def mark_of(secret: bytes, text: str) -> str:
    """What is kept of the name that a source has for something: nobody can tell the one from it."""
    told = text.encode("utf-8", "surrogatepass")
    return blake2b(told, key=secret, digest_size=12).hexdigest()
