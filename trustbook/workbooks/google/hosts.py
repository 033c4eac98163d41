"""Who may see a key or a token: hosts of Google, over https."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from trustbook.errors import NoAccess

# Nothing stands before the host, as in "https://googleapis.com@elsewhere", and no backslash in it,
# which is a slash to some programs.
_GOOGLE = re.compile(
    r"https://([a-z0-9-]+\.)*(googleapis\.com|accounts\.google\.com)(:443)?(/[!-\[\]-~]*)?",
    re.IGNORECASE | re.ASCII,
)
# The metadata services of machines in a cloud, which answer within the machine only.
_MACHINE = ("169.254.169.254", "fd00:ec2::254", "metadata.google.internal")
_UNIVERSE = "googleapis.com"


def host_of(address: str) -> str:
    """The host that an address names; the address itself where none can be told."""
    try:
        return urlsplit(address).hostname or address
    except ValueError:
        return address


def is_google(address: str) -> bool:
    """Whether an address is one of Google's, over https, at the usual port."""
    return _GOOGLE.fullmatch(address) is not None


def is_machine_itself(address: str) -> bool:
    """Whether an address is the metadata service of the machine."""
    return host_of(address) in _MACHINE


def refuse_other_hosts(info: Mapping[str, Any], path: Path) -> None:
    """Raise NoAccess where a key file names another place than Google's to show the key to.

    Looked at before anything is signed, or read in other files that it names.
    """
    for name, text in _addresses(info):
        if name == "universe_domain":
            foreign = text != _UNIVERSE
        else:
            foreign = not is_google(text)
        if foreign:
            raise NoAccess("google.key_elsewhere", path=path, host=host_of(text))


def _addresses(info: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The names and texts of all addresses at which a key is shown.

    What proves who a machine is (credential_source) is only read from its address.
    """
    for name, value in info.items():
        if name == "credential_source" or value is None:
            continue
        if isinstance(value, Mapping):
            yield from _addresses(value)
        elif name in ("token_uri", "universe_domain") or name.endswith(("_url", "auth_uri")):
            yield name, str(value)
