"""Signatures (Ed25519) of files with counts: each book has a key of its own in the data folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trustbook.errors import SafetyStop, UsageError
from trustbook.places.data_folder import data_folder, own_folder
from trustbook.places.made_files import SECRET_MODE, make_new

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_SIGNATURE = "signature"


def sign(content: Mapping[str, Any], book_id: str) -> dict[str, Any]:
    """``content`` with the public key of a book and its signature, both in hexadecimal.

    The key is made at its first use. Raises SafetyStop for one that cannot be read, NoAccess where
    the data folder does not let us.
    """
    key = _key_of(book_id)
    signed = {**content, "key": key.public_key().public_bytes_raw().hex()}
    return {**signed, _SIGNATURE: key.sign(_signed_bytes(signed)).hex()}


def is_signed(content: Mapping[str, Any]) -> bool:
    """Whether ``content`` is as the holder of its key signed it."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    with suppress(InvalidSignature, ValueError, TypeError):
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(str(content.get("key"))))
        key.verify(bytes.fromhex(str(content.get(_SIGNATURE))), _signed_bytes(content))
        return True
    return False


def _signed_bytes(content: Mapping[str, Any]) -> bytes:
    """The same bytes for the same content, however a file is laid out."""
    rest = {name: value for name, value in content.items() if name != _SIGNATURE}
    return json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()


def _key_of(book_id: str) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    path = data_folder() / "keys" / f"{book_id}.key"
    own_folder(path.parent)
    if not path.exists():
        made = Ed25519PrivateKey.generate().private_bytes_raw().hex()
        with suppress(UsageError):  # another run was quicker: its key is the book's
            make_new(path, f"{made}\n".encode(), SECRET_MODE)
    return _read_key(path)


def _read_key(path: Path) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text("ascii").strip()))
    except (OSError, ValueError) as fault:
        raise SafetyStop("region.no_key", path=path) from fault
