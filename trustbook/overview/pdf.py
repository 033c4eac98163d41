"""The PDF, printed by the Chromium, Chrome or Edge that is installed: tagged and offline."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from trustbook.errors import TrustbookError

_COMMANDS = (
    "chromium chromium-browser google-chrome google-chrome-stable chrome msedge microsoft-edge"
).split()
_WINDOWS = (r"Google\Chrome\Application\chrome.exe", r"Microsoft\Edge\Application\msedge.exe")
_WINDOWS_FOLDERS = ("ProgramFiles", "ProgramFiles(x86)", "LocalAppData")
_MAC = ("Google Chrome", "Microsoft Edge", "Chromium")
_SECONDS = 90
# The page asks nobody anything; these keep the browser itself from asking.
_FLAGS = (
    "--headless --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-extensions --no-default-browser-check "
    "--no-pdf-header-footer --export-tagged-pdf --generate-pdf-document-outline"
).split()
_STAMP = re.compile(rb"/(CreationDate|ModDate) ?\(D:[^)]*\)")


class NoBrowser(TrustbookError):
    """The PDF cannot be made here. ``key`` tells why; the web page can be printed by hand."""


def find_browser() -> str | None:
    """The first Chromium, Chrome or Edge on the PATH or where it is usually installed."""
    for name in _COMMANDS:
        if found := shutil.which(name):
            return found
    return next((str(place) for place in _usual_places() if place.is_file()), None)


def _usual_places() -> list[Path]:
    if sys.platform == "win32":
        folders = [Path(folder) for name in _WINDOWS_FOLDERS if (folder := os.environ.get(name))]
        return [folder / program for folder in folders for program in _WINDOWS]
    if sys.platform == "darwin":
        return [Path(f"/Applications/{name}.app/Contents/MacOS/{name}") for name in _MAC]
    return []


def render_pdf(html: str, day: date, page: Path) -> bytes:
    """``html`` as a tagged PDF that carries ``day`` as its date.

    ``page`` is where the same web page lies or would lie, for the sentence when there is no
    browser. Raises NoBrowser, which says how to print that page by hand.
    """
    browser = find_browser()
    if browser is None:
        raise NoBrowser("overview.no_browser", path=page)
    with tempfile.TemporaryDirectory(prefix="trustbook-", ignore_cleanup_errors=True) as folder:
        source, printed = Path(folder) / "overview.html", Path(folder) / "overview.pdf"
        source.write_text(html, encoding="utf-8")
        profile = Path(folder) / "profile"
        flags = [*_FLAGS, f"--user-data-dir={profile}", "--host-resolver-rules=MAP * ~NOTFOUND"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            # Chromium refuses to start for root with it, as on servers and in containers.
            flags.append("--no-sandbox")
        try:
            done = subprocess.run(
                [browser, *flags, f"--print-to-pdf={printed}", source.as_uri()],
                capture_output=True,
                timeout=_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as fault:
            raise NoBrowser(
                "overview.browser_failed", browser=browser, what=type(fault).__name__, path=page
            ) from fault
        if not printed.is_file():
            said = done.stderr.decode(errors="replace").strip().splitlines()
            what = said[-1] if said else str(done.returncode)
            raise NoBrowser("overview.browser_failed", browser=browser, what=what, path=page)
        return _STAMP.sub(lambda found: _dated(found, day), printed.read_bytes())


def _dated(found: re.Match[bytes], day: date) -> bytes:
    """The same stamp with another day, of the same length: the PDF's contents count bytes."""
    space = b" " if b" (" in found[0] else b""
    stamp = b"/" + found[1] + space + f"(D:{day:%Y%m%d}000000".encode()
    rest = found[0][len(stamp) :]
    return stamp + rest
