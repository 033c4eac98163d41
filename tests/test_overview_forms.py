"""The forms of the overview: the same words in each, the same bytes each time, and what was typed
stays text.
"""

from __future__ import annotations

import os
import re
import zipfile
from datetime import date
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.books import book
from tests.overviews import GOLDEN, SPAN, docx_texts, story, told
from trustbook.errors import UsageError
from trustbook.model import Partner
from trustbook.overview.charts import Bar, draw_bars
from trustbook.overview.docx import render_docx, shipped_template
from trustbook.overview.html import render_html
from trustbook.overview.markdown import escape_markdown, render_markdown
from trustbook.overview.spoken import isolated
from trustbook.overview.sunburst import SunburstSector, draw_sunburst
from trustbook.overview.svg import Canvas
from trustbook.overview.wording import Context

EDITIONS = [("public", "nl"), ("steering", "en"), ("team", "nl")]
HOSTILE = (
    "<script>alert(1)</script>",
    "{{7*7}}",
    "{%for%}{_{x}_}",
    '=HYPERLINK("http://evil.example","x")',
    "مسجد السلام",
    "**vet** | [klik](http://evil.example) `x` ~~",
    "# kop & co &lt;b&gt;",
    "www.evil.example iemand@evil.example",
)


def hostile(edition: Any = "team") -> Context:
    partners = [
        Partner(name, holder=name, party=name, phenomena=(), rhythm=30, since=date(2025, 1, 1))
        for name in HOSTILE
    ]
    one = book(partners, lang="nl")
    one.settings.our_name = (
        one.settings.phenomena[0] if one.settings.phenomena else "Gemeente <b>{{1+1}}</b>"
    )
    one.settings.phenomena = ("<i>{{2*3}}</i>",)
    return told(one, edition)


@pytest.mark.parametrize(("edition", "lang"), EDITIONS)
def test_each_form_is_as_it_was_agreed(edition: Any, lang: str) -> None:
    words = told(story().read(), edition, lang)
    paragraphs = [
        p.text for p in Document(BytesIO(render_docx(words))).element.body.iter(qn("w:p"))
    ]
    forms = {
        "html": render_html(words),
        "md": render_markdown(words),
        "docx.txt": "\n".join(paragraphs) + "\n",
    }
    for form, text in forms.items():
        golden = GOLDEN / f"{edition}-{lang}.{form}"
        if os.environ.get("UPDATE_GOLDEN"):  # then read the difference before it is committed
            golden.write_text(text, encoding="utf-8", newline="\n")
        assert text == golden.read_text(encoding="utf-8"), golden.name


def test_the_same_input_gives_the_same_bytes() -> None:
    first, second = (told(story().read()) for _ in range(2))
    for render in (render_html, render_markdown, render_docx):
        assert render(first) == render(second)


class Page(HTMLParser):
    """What a page holds: its tags with their attributes, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


def test_the_page_runs_nothing_and_asks_nobody() -> None:
    html = render_html(hostile())
    page = Page(html)
    assert not {"script", "link", "iframe", "img", "object", "a", "form"} & {
        tag for tag, _ in page.tags
    }
    for _, attributes in page.tags:
        assert not {
            name for name in attributes if name.startswith("on") or name in ("style", "src", "href")
        }
    [policy] = [a["content"] for tag, a in page.tags if tag == "meta" and a.get("http-equiv")]
    assert policy is not None and policy.startswith("default-src 'none'; style-src 'sha256-")
    addresses = set(re.findall(r"https?://[^\s\"'<)]+", re.sub(r">[^<]*<", "><", html)))
    assert addresses == {"http://www.w3.org/2000/svg"}


def test_the_page_has_what_a_screen_reader_needs() -> None:
    page = Page(render_html(told(story().read())))
    assert ("html", {"lang": "nl"}) in page.tags
    assert [tag for tag, _ in page.tags if re.fullmatch(r"h\d", tag)] == [
        "h1",
        *["h2"] * 6,
        "h3",
        *["h2"] * 4,
    ]
    assert all(a.get("scope") in ("col", "row") for tag, a in page.tags if tag == "th")
    drawings = [a for tag, a in page.tags if tag == "svg"]
    assert len(drawings) == 4 and all(a["role"] == "img" and a["aria-label"] for a in drawings)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_people_typed_stays_text_on_the_page(name: str) -> None:
    assert isolated(name) in Page(render_html(hostile())).texts


@pytest.mark.parametrize("name", HOSTILE)
def test_what_people_typed_stays_text_in_word(name: str) -> None:
    content = render_docx(hostile())
    with zipfile.ZipFile(BytesIO(content)) as package:
        root = ElementTree.fromstring(package.read("word/document.xml"))
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    cells = [
        "".join(t.text or "" for t in cell.iter(f"{space}t")) for cell in root.iter(f"{space}tc")
    ]
    assert isolated(name) in cells
    assert not list(root.iter(f"{space}hyperlink")) and not list(root.iter(f"{space}instrText"))
    assert "49" not in docx_texts(content).split()


@pytest.mark.parametrize("name", HOSTILE)
def test_what_people_typed_stays_text_in_markdown(name: str) -> None:
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    html = markdown.render(render_markdown(hostile()))
    page = Page(html)
    assert not {"script", "a", "i", "s", "b"} & {tag for tag, _ in page.tags}
    assert isolated(name) in page.texts


SIGNS = st.lists(
    st.sampled_from(
        [*"\\`*_[]|~#<>&;:/@.!-+=()1x ", "&lt;", "&#65;", "www.", "http://", "\\&", "<b>"]
    )
).map("".join)


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1)
    | SIGNS
)
def test_any_text_stays_itself_in_markdown(text: str) -> None:
    expected = " ".join(text.split())
    html = MarkdownIt("commonmark").render(f"x{escape_markdown(text)}x")
    assert "".join(Page(html).texts) == f"x{expected}x"


def test_a_name_from_right_to_left_cannot_turn_what_stands_around_it() -> None:
    assert isolated("مسجد") == "\u2068مسجد\u2069"
    assert isolated("Bo\x00b\x1b") == "Bob"


def test_every_picture_of_the_word_file_has_its_alternative() -> None:
    words = told(story().read())
    texts = docx_texts(render_docx(words))
    assert len(words["pictures"]) == 4
    assert all(picture["alt"] in texts for picture in words["pictures"].values())


def test_the_word_file_carries_no_hour() -> None:
    with zipfile.ZipFile(BytesIO(render_docx(told(story().read())))) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2026-09-30T00:00:00Z" in package.read("docProps/core.xml")


@pytest.mark.parametrize(
    ("tag", "sentence"),
    [
        ("{{ headlin }}", "{{ headlin }}"),
        ("{{ numbers[0].lable }}", "{{ numbers[0].lable }}"),
        ("Hier {{ headline staat", "{{ headline staat"),
        ("{{ headline | shout }}", "{{ headline | shout }}"),
        ("{%p for one in how %}", "{%p for one in how %}"),
        ("{%p endif %}", "{%p endif %}"),
        ("{% include 'x' %}", "{% include 'x' %}"),
        ("{{ ''.__class__.__mro__ }}", "{{ ''.__class__.__mro__ }}"),
        ("{{ headline.__init__.__globals__ }}", "{{ headline.__init__.__globals__ }}"),
        ("{{ how.append('x') }}", "{{ how.append('x') }}"),
    ],
)
def test_a_broken_tag_is_named(tag: str, sentence: str, tmp_path: Path) -> None:
    document = Document(str(shipped_template("nl")))
    document.add_paragraph(tag)
    own = tmp_path / "eigen.docx"
    document.save(str(own))
    with pytest.raises(UsageError) as caught:
        render_docx(told(story().read()), own)
    assert sentence in caught.value.sentence("nl") and "eigen.docx" in caught.value.sentence("nl")


def test_a_coordinators_own_template_is_filled(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph(
        "Ons stuk: {{ headline }} {% for n in numbers %}[{{ n.value }}]{% endfor %}"
    )
    own = tmp_path / "eigen.docx"
    document.save(str(own))
    text = docx_texts(render_docx(told(story().read()), own))
    assert (
        "Ons stuk: Van de 7 relaties zijn er 2 warm: 2 minder dan een kwartaal eerder. "
        "[2][4][25%][1 van 3]" in text
    )


@pytest.mark.parametrize("content", [b"", b"geen Word", b"PK\x05\x06" + b"\0" * 18])
def test_a_file_that_is_no_word_file_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    own = tmp_path / "eigen.docx"
    own.write_bytes(content)
    with pytest.raises(UsageError, match=r"eigen\.docx is not a Word file"):
        render_docx(told(story().read()), own)


COUNTS = st.dictionaries(
    st.sampled_from("warm cooling cold crisis_only new paused".split()), st.integers(0, 60)
)


@given(st.lists(COUNTS, max_size=9))
def test_the_sun_holds_every_partner_once_and_inside(parts: list[dict[str, int]]) -> None:
    svg = ElementTree.fromstring(
        draw_sunburst(
            [SunburstSector(f"deel {i}", part) for i, part in enumerate(parts)], [], "zon"
        )
    )
    width, height = (float(size) for size in svg.attrib["viewBox"].split()[2:])
    signs = [e for e in svg if e.tag.endswith("circle") and e.get("fill") in ("#B36200", "#FFFFFF")]
    round_ones = sum(
        part.get(status, 0) for part in parts for status in ("warm", "cooling", "cold")
    )
    assert len(signs) == round_ones + 1  # the centre bears no partner
    for sign in signs:
        assert 0 < float(sign.attrib["cx"]) < width and 0 < float(sign.attrib["cy"]) < height


@given(st.lists(st.tuples(st.none() | st.integers(0, 3000), st.integers(0, 3000)), max_size=24))
def test_bars_stay_on_their_paper(months: list[tuple[int | None, int]]) -> None:
    bars = [Bar("J", "", sunny, None if sunny is None else crisis) for sunny, crisis in months]
    svg = ElementTree.fromstring(draw_bars(bars, "zonnig", "crisis", "staven"))
    height = float(svg.attrib["viewBox"].split()[3])
    drawn = [e for e in svg if e.tag.endswith("rect")]
    assert len(drawn) == 2 + sum(bool(s) for s, _ in months) + sum(
        bool(c) for s, c in months if s is not None
    )
    for bar in drawn:
        assert (
            0
            <= float(bar.attrib["y"])
            <= float(bar.attrib["y"]) + float(bar.attrib["height"])
            <= height
        )


def test_a_drawing_escapes_its_words() -> None:
    canvas = Canvas(10, 10)
    canvas.text(1, 1, "<script>&")
    root = ElementTree.fromstring(canvas.to_svg('"><script>'))
    assert root.attrib["aria-label"] == '"><script>' and root[0].text == "<script>&"


def test_the_overview_speaks_of_its_days() -> None:
    assert told(story().read(), lang="en")["subtitle"] == "Third quarter of 2026"
    assert SPAN.label("nl") == "derde kwartaal van 2026"
