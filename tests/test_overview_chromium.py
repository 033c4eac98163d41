"""The page in a real browser: silent, offline, two sheets of paper, tagged, no barrier that
axe-core finds.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tarfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.overviews import LATER, SPAN, story, told
from tests.reading import read
from trustbook.demo import make_sample
from trustbook.model import Book
from trustbook.overview.html import render_html
from trustbook.overview.pdf import NoBrowser, find_browser, render_pdf
from trustbook.workbooks import open_workbook

BROWSER = find_browser()
pytestmark = [
    pytest.mark.chromium,
    pytest.mark.skipif(BROWSER is None, reason="needs Chromium, Chrome or Edge"),
]
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update --virtual-time-budget=10000"
).split()


@pytest.fixture(scope="module", params=["nl", "en"])
def municipality(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Book:
    path = tmp_path_factory.mktemp("sample") / "book.xlsx"
    make_sample(path, request.param, LATER)
    return read(open_workbook(str(path)), LATER, request.param).book


def sized(book: Book, partners: int) -> Book:
    """The same network with so many partners: cut short, or repeated under other names."""
    known = len(book.partners)
    copies = -(-partners // known)
    everyone = [
        replace(partner, name=f"{partner.name} {copy + 1}" if copy else partner.name, id=None)
        for copy in range(copies)
        for partner in book.partners
    ][:partners]
    pairs = [
        (moment, partner + known * copy)
        for moment, partner in zip(
            book.moments.contact_moment, book.moments.contact_partner, strict=True
        )
        for copy in range(copies)
        if partner + known * copy < partners
    ]
    moments = replace(
        book.moments, contact_moment=[m for m, _ in pairs], contact_partner=[p for _, p in pairs]
    )
    return replace(book, partners=everyone, people=[], consultations=[], moments=moments)


def browse(page: Path, *more: str) -> subprocess.CompletedProcess[str]:
    profile = page.parent / "profile"
    command = [str(BROWSER), *FLAGS, f"--user-data-dir={profile}", *more, page.as_uri()]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", timeout=90, check=True
    )


def test_the_page_says_nothing_and_asks_nobody(municipality: Book, tmp_path: Path) -> None:
    page, log = tmp_path / "page.html", tmp_path / "net.json"
    page.write_text(render_html(told(municipality, "team", municipality.lang)), encoding="utf-8")
    done = browse(page, "--enable-logging=stderr", f"--log-net-log={log}", "--dump-dom")
    assert "<h1>" in done.stdout
    assert "CONSOLE" not in done.stderr and "Content Security Policy" not in done.stderr
    addresses = set(re.findall(r'"url":"([^"]+)"', log.read_text(encoding="utf-8")))
    own = {address for address in addresses if page.name in address or address.startswith("file:")}
    asked = {
        address
        for address in addresses - own
        if not re.search(r"//[^/]*(google|gvt\d)[^/]*/", address)
    }
    assert asked == set()


@pytest.mark.parametrize(
    ("edition", "partners"), [("team", 0), ("team", 60), ("team", 300), ("public", 300)]
)
def test_it_prints_on_two_pages_and_is_tagged(
    municipality: Book, edition: Any, partners: int, tmp_path: Path
) -> None:
    words = told(sized(municipality, partners), edition, municipality.lang)
    pdf = render_pdf(render_html(words), SPAN.last, tmp_path / "page.html")
    assert len(re.findall(rb"/Type ?/Page\b", pdf)) == 2
    assert (
        b"/StructTreeRoot" in pdf
        and b"/Marked true" in pdf
        and f"/Lang ({municipality.lang})".encode() in pdf
    )
    assert b"(D:20260930000000" in pdf and not re.search(
        rb"/CreationDate ?\(D:(?!20260930000000)", pdf
    )


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """axe-core as npm packs it, fetched once a session; a tool of this test only."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("needs npm to fetch axe-core")
    folder = tmp_path_factory.mktemp("axe")
    found = subprocess.run(
        [npm, "pack", "axe-core@4", "--silent"], cwd=folder, capture_output=True, timeout=120
    )
    packed = next(folder.glob("axe-core-*.tgz"), None)
    if found.returncode or packed is None:
        pytest.skip("axe-core could not be fetched")
    with tarfile.open(packed) as package:
        script = package.extractfile("package/axe.min.js")
        assert script is not None
        return script.read().decode("utf-8")


RUN = """
document.addEventListener("DOMContentLoaded", () => axe.run(document).then(found => {
  const out = document.createElement("pre");
  out.id = "axe";
  const violations = found.violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 120))]);
  out.textContent = JSON.stringify({violations: violations, passes: found.passes.length});
  document.body.appendChild(out);
}));
"""


def barriers(html: str, axe: str, folder: Path) -> list[Any]:
    """What axe-core finds on a page; it must have found much that is right."""
    # The policy of the page forbids scripts, so the examiner gets a copy without it.
    examined = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    page = folder / "examined.html"
    page.write_text(
        examined.replace("</head>", f"<script>{axe}</script><script>{RUN}</script></head>"),
        encoding="utf-8",
    )
    dom = browse(page, "--dump-dom").stdout
    found = re.search(r'<pre id="axe">(.*?)</pre>', dom, re.DOTALL)
    assert found is not None
    result = json.loads(found[1].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    assert result["passes"] > 15
    violations: list[Any] = result["violations"]
    return violations


@pytest.mark.parametrize("edition", ["public", "team"])
def test_axe_finds_no_barrier(municipality: Book, edition: Any, axe: str, tmp_path: Path) -> None:
    html = render_html(told(municipality, edition, municipality.lang))
    assert barriers(html, axe, tmp_path) == []


def test_without_a_browser_it_says_how_to_print(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", os.fspath(tmp_path))
    for name in ("ProgramFiles", "ProgramFiles(x86)", "LocalAppData"):
        monkeypatch.setenv(name, os.fspath(tmp_path))
    if find_browser() is not None:
        pytest.skip("a browser stands outside the PATH")
    with pytest.raises(NoBrowser) as caught:
        render_pdf(render_html(told(story().read())), date(2026, 9, 30), tmp_path / "page.html")
    assert "Ctrl+P" in caught.value.sentence("nl") and "page.html" in caught.value.sentence("nl")
