"""Writes the pages workbook, privacy and guards of docs/ and docs/nl/ from the code: always true.

python scripts/build_docs.py
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from trustbook.columns import GENERATED, TYPED, Column
from trustbook.merge.guards import GUARDS, Guard
from trustbook.messages import say
from trustbook.privacy import refused_kinds
from trustbook.reading.settings_rows import SETTING_ROWS

DOCS = Path(__file__).resolve().parent.parent / "docs"
PAGES_HERE = Path(__file__).parent / "pages"

# Ways to write one day, all of them read.
DATES = "`3-4-2026`, `3 apr 26`, `3 april 2026`, `2026-04-03`"

# What may be typed, by the type of a column.
KINDS = {
    "en": {
        "id": "trustbook fills it in",
        "text": "text",
        "names": "names or IDs, separated by `;`, `,` or line breaks",
        "date": f"a date: a date cell, {DATES}",
        "rhythm": "days, `6 weeks`, week, month, quarter, half-year, year",
        "yesno": "yes or no",
        "number": "a number; `1,5` is one and a half",
        "derived": "trustbook writes it",
        "several": "; several are welcome",
        "list": "a value of the list, or your own in Settings",
    },
    "nl": {
        "id": "trustbook vult het in",
        "text": "tekst",
        "names": "namen of ID's, gescheiden door `;`, `,` of een nieuwe regel",
        "date": f"een datum: een datumcel, {DATES}",
        "rhythm": "dagen, `6 weken`, week, maand, kwartaal, halfjaar, jaar",
        "yesno": "ja of nee",
        "number": "een getal; `1,5` is anderhalf",
        "derived": "trustbook schrijft het",
        "several": "; meer mag ook",
        "list": "een waarde uit de lijst, of een eigen in Instellingen",
    },
}

# The kinds of special personal data (RefusedKind.name) in Dutch.
REFUSED_NL = {
    "religion": "geloof",
    "ethnicity": "afkomst",
    "nationality": "nationaliteit",
    "birth date": "geboortedatum",
    "home address": "woonadres",
    "political view": "politieke voorkeur",
    "citizen service number": "burgerservicenummer",
    "case": "casus",
    "residence status": "verblijfsstatus",
    "health": "gezondheid",
    "orientation": "geaardheid",
    "antecedents": "antecedenten",
    "risk": "risico",
    "trust score": "vertrouwensscore",
    "loyalty": "loyaliteit",
    "signals": "signalen",
    "who knows whom": "wie kent wie",
    "rating": "beoordeling van een persoon",
}

# What lets more through than a guard does, by its kind of allowance.
ALLOWANCES = {
    "deletes": "`--allow-deletes N`",
    "changes": "`--allow-changes N`",
    "accept": "`--accept N`",
}

# What the pages say around their tables.
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "workbook": """\
# The workbook

*Nederlands: [nl/workbook.md](nl/workbook.md)*

Sheets and columns are found by their headers, in English or Dutch, any case, any order. Title
rows above the header, extra sheets and extra columns are yours and are never touched. Only
*Partners* must exist. **Bold** columns are needed in every row. This page is written from the
code by `scripts/build_docs.py`.

- **Headers**: accents, spaces, punctuation and a plural do not count (*Weather?*, *Holders*). An
  exact header goes first. One with a unit, a format or an example in brackets is read where no
  other fits: *Rhythm (days)*, not *Rhythm (old)*. A header that is nearly ours is asked about on
  *To check*. The columns that trustbook fills need their exact header.
- **ID**: numbers of your own in a column *ID* are left alone, and nothing is written between them.
  The name then says who is who, or our column *ID (trustbook)* beside yours, if you add it.
- **Rows**: what stands below the list after an empty row and looks different (a legend, an
  address, a lone name) is no row. Nor is, wherever it stands, a total (a word for it, such as
  *Total* or *Number of partners*, and a number, and no other text), or a note alone in its row
  (*Legend: …*, *Updated on …*, an address of the web). Nor are headings above the rows of a group,
  where there are at least two: a lone name that is merged, looks unlike the rows, or stands in
  capitals of five letters or more where they do not. All are asked about once and count for
  nothing. A row with an ID of ours, one that was known before, and one inside an Excel table always
  count.
- **Merged cells**: only the first holds something, so it counts for its own row. *To check* says
  which to unmerge where a row under them misses a value.
- **Boxes and lists**: a tick box nobody ticked and a word that a dropdown filled in say nothing
  on an empty row.
""",
        "column": "| column | what to type |",
        "settings": "## The rows of Settings",
        "setting": "| setting | what it does |",
        "generated": """\
## Sheets trustbook writes

Each is replaced whole and found again even if you rename it.
""",
        "guards": """\
# When a night stops

*Nederlands: [nl/guards.md](nl/guards.md)*

Some things look like an accident. Then nothing is written anywhere, the command ends with exit
code 3 and says what it saw, and a note lies beside the workbook until a run goes well. The table is
the whole rule, as the code has it; `scripts/build_docs.py` writes this page. Shares are of the rows
that were there, or of the cells of the column that were filled. A cell that says the same in
another way did not change. Settings are edited freely, but not emptied.
""",
        "seen": "| what is seen | so much passes | to let more through |",
        "none": "none",
        "share": "{few}, or {share} % where that is more",
        "put right": "nothing: it must be put right",
        "number": """\
The number must equal what was found, in all sheets and columns together: a smaller or a larger one
stops again, and so does one for which nothing was found: none that was left in a nightly task lets
the next accident through. The stop prints the command.
""",
    },
    "nl": {
        "workbook": """\
# De werkmap

*English: [../workbook.md](../workbook.md)*

Bladen en kolommen worden gevonden aan hun koppen, in het Nederlands of Engels, met of zonder
hoofdletters, in elke volgorde. Titels boven de koppen, extra bladen en extra kolommen zijn van u
en worden nooit aangeraakt. Alleen *Partners* moet er zijn. **Vette** kolommen zijn in elke rij
nodig. Deze pagina is uit de code gemaakt met `scripts/build_docs.py`.

- **Koppen**: accenten, spaties, leestekens en een meervoud tellen niet (*Weer?*,
  *Relatiehouders*). Een kop die precies klopt, gaat voor. Een kop met een eenheid, een vorm of een
  voorbeeld tussen haakjes telt als er geen andere past: *Ritme (dagen)*, niet *Ritme (oud)*. Over
  een kop die bijna van ons is, staat een vraag op *Te controleren*. De kolommen die trustbook
  vult, moeten precies zo heten.
- **ID**: van eigen nummers in een kolom *ID* blijft trustbook af; er komt niets tussen. De naam
  zegt dan wie wie is, of onze kolom *ID (trustbook)* ernaast, als u die toevoegt.
- **Rijen**: wat na een lege rij onder de lijst staat en er anders uitziet (een legenda, een adres,
  een losse naam), is geen rij. Een totaal ook niet, waar het ook staat (een woord zoals *Totaal* of
  *Aantal partners* en een getal, zonder andere tekst). Een notitie alleen in haar rij evenmin
  (*Legenda: …*, *Bijgewerkt op …*, een webadres). Tussenkoppen ook niet, als er minstens twee zijn:
  een losse naam die is samengevoegd, er anders uitziet dan de rijen, of in vijf of meer
  hoofdletters staat waar de rijen dat niet doen. Over al die rijen krijgt u één vraag, en ze tellen
  niet mee. Een rij met een ID van ons, een rij die al bekend was en een rij in een Excel-tabel
  tellen altijd.
- **Samengevoegde cellen**: alleen in de eerste staat iets, en dat telt voor die ene rij. *Te
  controleren* zegt welke u weer los maakt als een rij eronder een waarde mist.
- **Vakjes en keuzelijsten**: een vakje dat niemand aanvinkte en een woord dat een keuzelijst zelf
  invulde, zeggen niets op een lege rij.
""",
        "column": "| kolom | wat u typt |",
        "settings": "## De rijen van Instellingen",
        "setting": "| instelling | wat die doet |",
        "generated": """\
## Bladen die trustbook schrijft

Elk wordt in zijn geheel vervangen, en teruggevonden ook als u het een andere naam geeft.
""",
        "guards": """\
# Wanneer een nacht stopt

*English: [../guards.md](../guards.md)*

Sommige dingen lijken op een ongeluk. Dan wordt er nergens iets geschreven, eindigt de opdracht met
code 3, zegt die wat er te zien was, en ligt er een briefje naast de werkmap tot het weer een keer
goed gaat. De tabel is de hele regel, zoals de code die heeft; `scripts/build_docs.py` schrijft deze
pagina. Delen zijn van de rijen die er waren, of van de cellen van de kolom die gevuld waren. Een
cel die op een andere manier hetzelfde zegt, is niet veranderd. Instellingen mag u vrij wijzigen,
maar niet leegmaken.
""",
        "seen": "| wat er te zien is | zoveel mag | om meer door te laten |",
        "none": "niets",
        "share": "{few}, of {share} % als dat meer is",
        "put right": "niets: het moet worden hersteld",
        "number": """\
Het getal moet gelijk zijn aan wat er is gevonden, in alle bladen en kolommen samen. Een kleiner of
groter getal stopt opnieuw, en ook een getal waarvoor niets is gevonden. Zo laat geen getal dat in
een nachtelijke taak is blijven staan het volgende ongeluk door. De stop noemt de opdracht.
""",
    },
}


class _Named(Protocol):
    """Whatever has a name in both languages: a sheet, a column, a choice, a setting."""

    @property
    def en(self) -> str: ...

    @property
    def nl(self) -> str: ...


def _names(one: _Named, lang: str) -> str:
    """Both names, that of the page's language first."""
    return f"{one.nl} / {one.en}" if lang == "nl" else f"{one.en} / {one.nl}"


def _takes(column: Column, lang: str) -> str:
    """What may be typed in a column."""
    kinds = KINDS[lang]
    if column.owner == "derived":
        return kinds["derived"]
    if column.choices and column.type in ("choice", "choices"):
        labels = ", ".join(_names(choice, lang) for choice in column.choices)
        return labels + (kinds["several"] if column.type == "choices" else "")
    return kinds.get(column.type, kinds["list"])


def workbook(lang: str) -> str:
    """workbook.md: every sheet and column people type in."""
    words = WORDS[lang]
    lines = [words["workbook"].rstrip("\n")]
    for sheet in TYPED:
        lines += ["", f"## {_names(sheet, lang)}", "", words["column"], "|---|---|"]
        for column in sheet.columns:
            name = _names(column, lang)
            bold = f"**{name}**" if column.required else name
            lines.append(f"| {bold} | {_takes(column, lang)} |")
    lines += ["", words["settings"], "", words["setting"], "|---|---|"]
    lines += [f"| {_names(row, lang)} | {row.note(lang)} |" for row in SETTING_ROWS]
    lines += ["", words["generated"], *(f"- {_names(sheet, lang)}" for sheet in GENERATED)]
    return "\n".join(lines) + "\n"


def privacy(lang: str) -> str:
    """privacy.md: what trustbook refuses to read and to keep, header by header."""
    lines = []
    for kind in refused_kinds():
        name = REFUSED_NL[kind.name] if lang == "nl" else kind.name
        headers = map(_header, dict.fromkeys([*kind.stems, *sorted(kind.whole)]))
        lines.append(f"| {name} | {', '.join(headers)} |")
    page = (PAGES_HERE / f"privacy.{lang}.md").read_text(encoding="utf-8")
    return page.replace("@HEADERS@", "\n".join(lines))


def _header(stem: str) -> str:
    """A header as people write it, "…" for what may follow."""
    return stem.replace("_", " ").replace("*", "…")


def _passes(guard: Guard, words: Mapping[str, str]) -> str:
    """How much of it an ordinary night may bring."""
    if guard.share is None:
        return str(guard.few) if guard.few else words["none"]
    return words["share"].format(few=guard.few, share=int(guard.share * 100))


def guards(lang: str) -> str:
    """guards.md: what stops a night, how much of it passes, and what lets more through."""
    words = WORDS[lang]
    lines = [words["guards"], words["seen"], "|---|---|---|"]
    for guard in GUARDS:
        seen = say(lang, f"guards.rule_{guard.key}")
        more = ALLOWANCES.get(guard.allowance or "", words["put right"])
        lines.append(f"| {seen} | {_passes(guard, words)} | {more} |")
    return "\n".join([*lines, "", words["number"]])


PAGES = {
    f"{folder}{name}.md": page(lang)
    for lang, folder in (("en", ""), ("nl", "nl/"))
    for name, page in (("workbook", workbook), ("privacy", privacy), ("guards", guards))
}


def main() -> None:
    """Write the pages."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
