"""Makes the pictures of docs/pictures anew from the sample book: sheets as LibreOffice prints them,
and the overview as Chromium shows it.

    python scripts/pictures.py

Needs soffice, pdftotext, pdftoppm and chromium.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
# The sheet, and how much of its first page is shown (pixels from the top, below the margin).
SHEETS = {
    "start": ("Begin hier", 800),
    "call": ("Wie bellen", 440),
    "health": ("Relatiestatus", 600),
    "check": ("Te controleren", 430),
}
DOTS = 110  # an inch
LEFT, TOP = 34, 42  # the margins of the page that are left out, in pixels
WIDE = 1222
OVERVIEW = 1000  # pixels, wide and high


def run(*command: object) -> str:
    """What a program says; it must succeed."""
    said = subprocess.run([*map(str, command)], check=True, capture_output=True, text=True)
    return said.stdout


def first_page(pdf: Path, title: str) -> int:
    """The number of the first page that bears the title of a sheet in its footer."""
    pages = run("pdftotext", "-layout", pdf, "-").split("\f")
    footers = [page.rstrip().rpartition("\n")[2].strip() for page in pages]
    return 1 + next(at for at, footer in enumerate(footers) if footer.startswith(f"{title} "))


def main() -> None:
    """Make them all."""
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        command = [sys.executable, "-m", "trustbook"]
        run(*command, "demo", at / "demo", "--lang", "nl")
        book = at / "demo" / "netwerk.xlsx"
        page = at / "overview.html"
        run(*command, "overview", book, "--edition", "team", "-o", page)
        profile = f"-env:UserInstallation={(at / 'office').as_uri()}"
        run("soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", at, book)
        pdf = at / "netwerk.pdf"
        for name, (title, height) in SHEETS.items():
            number = first_page(pdf, title)
            run("pdftoppm", "-r", DOTS, "-f", number, "-l", number, "-png", "-singlefile",
                "-x", LEFT, "-y", TOP, "-W", WIDE, "-H", height, pdf, PICTURES / name)  # fmt: skip
        run("chromium", "--headless", "--no-sandbox", "--hide-scrollbars",
            f"--user-data-dir={at / 'browser'}", f"--window-size={OVERVIEW},{OVERVIEW}",
            f"--screenshot={PICTURES / 'overview.png'}", page.as_uri())  # fmt: skip


if __name__ == "__main__":
    main()
