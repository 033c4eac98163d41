"""One word for one thing: the Dutch that people read keeps to the words of this list."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from trustbook.catalogue import phenomena
from trustbook.columns import GENERATED, TYPED
from trustbook.messages import templates
from trustbook.reading.settings_rows import SETTING_ROWS

ROOT = Path(__file__).parent.parent
# What is not written -> what is.
WORDS = {
    r"synchronisaties?": "een sync, of synchroniseren als het een ander programma doet",
    r"werkblad\w*|tabblad\w*": "blad",
    r"sheets?": "blad; van Google: spreadsheet",
    r"gevoeligheidslabel": "vertrouwelijkheidslabel",
    r"hoogstens": "hooguit",
    r"u (zelf )?heeft|heeft u": "u hebt",
    r"kijk [^.,:;]{1,40} na": "controleer",
    r"benodigde netwerk": "benodigd netwerk, zoals de handreiking het noemt",
    r"publieke? overzicht": "openbaar",
    r"commando's?|commando": "opdracht",
    r"(?-i:Trustbook)": "trustbook, ook aan het begin van een zin",
    r"(?:heet|heette|heetten) (?:al )?(?:gehouden|nagekomen|afgesproken)": "staat op",
    r"ivm|i\.v\.m\.|d\.m\.v\.|m\.b\.t\.|o\.b\.v\.|t\.o\.v\.": "voluit",
    r"middels|teneinde|dient te|dienen te|alsmede|derhalve|indien|conform|betreffende": "gewoon",
    r"checken|updaten|uploaden|downloaden|inloggegevens": "een Nederlands woord",
}
# Names of others, and what is typed, stay as they are.
_NAMES = re.compile(
    r"Google Sheets( API)?|`[^`]*`|\{[^}]*\}|\[[^\]]*\]\([^)]*\)|https?://\S+|“sheets”|gsheet:\w+"
    r"|sheets\.googleapis\.com|[\w/.-]+\.md|BLAD"
)
_NOT_PROSE = re.compile(r"```.*?```|^ {4}.*$", re.DOTALL | re.MULTILINE)


def messages() -> Iterator[tuple[str, str]]:
    """Every Dutch text of the catalogues of words, with where it stands."""
    for path in sorted((templates() / "messages").glob("*.toml")):
        for name, text in tomllib.loads(path.read_text(encoding="utf-8")).items():
            said = text["nl"] if isinstance(text["nl"], list) else [text["nl"]]
            yield from ((f"{path.stem}.{name}", one) for one in said)


def pages() -> Iterator[tuple[str, str]]:
    """Every paragraph of the Dutch pages."""
    for path in [*sorted((ROOT / "docs" / "nl").glob("*.md")), ROOT / "README.nl.md"]:
        for line in _NOT_PROSE.sub("", path.read_text(encoding="utf-8")).splitlines():
            yield path.name, line


def labels() -> Iterator[tuple[str, str]]:
    """The notes and headers of the workbook."""
    for row in SETTING_ROWS:
        yield row.key, f"{row.label('nl')} {row.note('nl')}"
    for sheet in (*TYPED, *GENERATED):
        yield sheet.key, sheet.label("nl")
        yield from ((sheet.key, column.label("nl")) for column in sheet.columns)
    for phenomenon in phenomena():
        yield phenomenon.key, phenomenon.label("nl")


@pytest.mark.parametrize("refused", WORDS)
def test_one_word_is_used_for_one_thing(refused: str) -> None:
    pattern = re.compile(rf"(?<![\w-])(?:{refused})(?![\w-])", re.IGNORECASE)
    found = [
        (where, text)
        for where, text in (*messages(), *pages(), *labels())
        if pattern.search(_NAMES.sub("", text))
    ]
    assert not found, f"write: {WORDS[refused]}"


def test_the_list_would_see_a_word_that_is_not_written() -> None:
    assert re.search(r"(?<![\w-])(?:hoogstens)(?![\w-])", "Hoogstens tien.", re.IGNORECASE)
    texts = [text for _, text in messages()]
    assert len(texts) > 1500 and any("werkmap" in text for text in texts)
