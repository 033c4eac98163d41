"""A key file is for its owner alone: by its mode, on Windows by its access list."""

from __future__ import annotations

import re
import stat
import sys
from pathlib import Path

from trustbook.errors import NoAccess

# Groups that hold more people than the one who runs trustbook, by their names in the security
# descriptor language. Source: Microsoft, "SID Strings" (Win32 security).
_CROWDS = {
    "WD": "Everyone",
    "S-1-1-0": "Everyone",
    "AU": "Authenticated Users",
    "S-1-5-11": "Authenticated Users",
    "BU": "Users",
    "S-1-5-32-545": "Users",
    "BG": "Guests",
    "AN": "Anonymous",
    "IU": "Interactive",
    "DU": "Domain Users",
    "DG": "Domain Guests",
}
_ENTRY = re.compile(r"\((\w*);(\w*);([^;]*);[^;]*;[^;]*;([^;)]*)\)")
_READS = ("FA", "FR", "GA", "GR", "KA", "KR")
_READ_DATA = 0x1
_GENERIC = 0x80000000 | 0x10000000  # read, all


def refuse_if_readable(path: Path) -> None:
    """Raise NoAccess, with the remedy, when others than its owner can read the file."""
    if sys.platform == "win32":
        crowds = readers(access_list(path))
        if crowds:
            raise NoAccess("google.key_open_windows", path=path, who=", ".join(crowds))
    elif path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise NoAccess("google.key_open", path=path)


def readers(descriptor: str) -> list[str]:
    """The crowds that a security descriptor ("D:(A;;FR;;;BU)…") lets read, by name."""
    found = ["Everyone"] if "NO_ACCESS_CONTROL" in descriptor else []  # no list at all: no limits
    for kind, _, rights, who in _ENTRY.findall(descriptor.partition("D:")[2].partition("S:")[0]):
        name = "Domain Users" if re.fullmatch(r"S-1-5-21-.*-513", who) else _CROWDS.get(who)
        if kind == "A" and name and _may_read(rights) and name not in found:
            found.append(name)
    return found


def _may_read(rights: str) -> bool:
    if rights.startswith("0x"):
        return bool(int(rights, 16) & (_READ_DATA | _GENERIC))
    pairs = {rights[at : at + 2] for at in range(0, len(rights), 2)}
    return not pairs.isdisjoint((*_READS, "CC"))


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    def access_list(path: Path) -> str:
        """The file's access list as text; "" where Windows tells none (a disk that keeps none)."""
        security = ctypes.windll.advapi32
        descriptor, text = ctypes.c_void_p(), wintypes.LPWSTR()
        file_object, dacl, revision = 1, 4, 1
        found = security.GetNamedSecurityInfoW(
            str(path), file_object, dacl, None, None, None, None, ctypes.byref(descriptor)
        )
        if found != 0:
            return ""
        try:
            told = security.ConvertSecurityDescriptorToStringSecurityDescriptorW(
                descriptor, revision, dacl, ctypes.byref(text), None
            )
            return text.value or "" if told else ""
        finally:
            ctypes.windll.kernel32.LocalFree(text)
            ctypes.windll.kernel32.LocalFree(descriptor)
