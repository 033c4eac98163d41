"""The PDF, printed by whichever Chromium, Chrome or Edge is installed: tagged, in the page's
language, offline.
"""

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

_COMMANDS = "chromium chromium-browser google-chrome google-chrome-stable chrome msedge microsoft-edge".split()
_WINDOWS = (r"Google\Chrome\Application\chrome.exe", r"Microsoft\Edge\Application\msedge.exe")
_WINDOWS_FOLDERS = ("ProgramFiles", "ProgramFiles(x86)", "LocalAppData")
_MAC = ("Google Chrome", "Microsoft Edge", "Chromium")
_SECONDS = 90
# The page asks nobody anything; these keep the browser itself from asking.
_FLAGS = (
    "--headless --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update "
    "--disable-sync --disable-extensions --no-default-browser-check --no-pdf-header-footer --export-tagged-pdf "
    "--generate-pdf-document-outline"
).split()
_STAMP = re.compile(rb"/(CreationDate|ModDate) ?\(D:[^)]*\)")


class NoBrowser(TrustbookError):
    """The PDF cannot be made here. ``key`` tells why; the web page can be printed by hand."""


def find_browser() -> str | None:
    """The first Chromium, Chrome or Edge on the PATH or where it is usually installed."""
    for name in _COMMANDS:
        if found := shutil.which(name):
            return found
    places: list[Path] = []
    if sys.platform == "win32":
        folders = [Path(folder) for name in _WINDOWS_FOLDERS if (folder := os.environ.get(name))]
        places = [folder / program for folder in folders for program in _WINDOWS]
    elif sys.platform == "darwin":
        places = [Path(f"/Applications/{name}.app/Contents/MacOS/{name}") for name in _MAC]
    return next((str(place) for place in places if place.is_file()), None)


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
            flags.append(
                "--no-sandbox"
            )  # Chromium refuses to start for root with it, as on servers and in containers
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
            what = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or [
                str(done.returncode)
            ]
            raise NoBrowser("overview.browser_failed", browser=browser, what=what[0], path=page)
        return _STAMP.sub(lambda found: _dated(found, day), printed.read_bytes())


def _dated(found: re.Match[bytes], day: date) -> bytes:
    """The same stamp with another day, of the same length: the PDF's table of contents counts
    bytes.
    """
    stamp = (
        b"/" + found[1] + (b" " if b" (" in found[0] else b"") + f"(D:{day:%Y%m%d}000000".encode()
    )
    rest = found[0][len(stamp) :]
    return stamp + rest
