"""Every row of the Settings sheet: its name in both languages, what it takes, its default, and its
note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from trustbook.columns import TIERS, Choice
from trustbook.names import key as same

SettingType = Literal["language", "text", "rhythm", "number", "period"]

_PARENTHESES = re.compile(r"\s*\([^()]*\)[\s:]*$")
_OPENED = str.maketrans(",:_()", "     ")
_SPACED = str.maketrans(",:_", "   ")


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting. ``default`` holds while the value is blank (days for a rhythm, None: nothing is
    assumed).

    ``many`` means: the row may stand more than once, one value each.
    """

    key: str
    en: str
    nl: str
    type: SettingType = "text"
    default: float | None = None
    note_en: str = ""
    note_nl: str = ""
    also: tuple[str, ...] = ()
    many: bool = False

    def label(self, lang: str) -> str:
        """What stands in the Setting column, in ``lang`` ("nl" or "en")."""
        return self.nl if lang == "nl" else self.en

    def note(self, lang: str) -> str:
        """What stands in the Note column of the template, in ``lang``."""
        return self.note_nl if lang == "nl" else self.note_en


def _rhythm(tier: Choice, days: int) -> SettingRow:
    """The default rhythm of a tier, under whatever name people give the tier."""
    spellings = (tier.en, tier.nl, *tier.also)
    return SettingRow(
        f"rhythm_{tier.key}",
        f"Rhythm {tier.en}",
        f"Ritme {tier.nl}",
        "rhythm",
        days,
        f"For partners without a rhythm of their own, in days. Blank = {days}.",
        f"Voor partners zonder eigen ritme, in dagen. Leeg = {days}.",
        tuple(
            form.format(name)
            for name in spellings
            for form in (
                "rhythm {}",
                "rhythm for {}",
                "{} rhythm",
                "rhythm: {}",
                "rhythm per tier {}",
                "ritme per laag {}",
                "ritme {}",
                "ritme voor {}",
                "ritme: {}",
            )
        ),
    )


_TIER_DAYS = {"core": 30, "wider": 90, "national": 180, "civil_society": 60}

SETTING_ROWS: tuple[SettingRow, ...] = (
    SettingRow(
        "language", "Language", "Taal", "language",
        note_en="Language of the sheets that trustbook writes: nl or en.",
        note_nl="Taal van de bladen die trustbook schrijft: nl of en.",
        also=("lang", "taal van het bestand", "taal van dit boek"),
    ),
    SettingRow(
        "our_name", "Our name", "Onze naam",
        note_en="The name of your organisation, as it stands on overviews and cards.",
        note_nl="De naam van uw organisatie, zoals die op overzichten en kaarten staat.",
        also=("name", "naam", "name of our organisation", "naam organisatie", "gemeente",
              "municipality"),
    ),
    SettingRow(
        "our_tasks", "Our tasks", "Onze taken",
        note_en="What you do and may do, in a sentence your partners understand.",
        note_nl="Wat u doet en mag doen, in een zin die uw partners begrijpen.",
        also=("our tasks and competences", "onze taken en competenties", "our task", "onze taak"),
    ),
    SettingRow(
        "our_goals", "Our goals", "Onze doelen",
        note_en="What you want to reach together. Tell it to every partner and fill in Our goals "
        "shared on.",
        note_nl="Wat u samen wilt bereiken. Vertel het aan elke partner en vul Onze doelen "
        "gedeeld op in.",
        also=("our goals and interests", "onze doelen en belangen", "our goal", "ons doel"),
    ),
    SettingRow(
        "our_way", "Our way of working", "Onze werkwijze",
        note_en="How you work: who calls whom, what you share and what you do not.",
        note_nl="Hoe u werkt: wie belt wie, wat deelt u wel en wat niet.",
        also=("our way", "way of working", "werkwijze", "manier van werken"),
    ),
    *(_rhythm(tier, _TIER_DAYS[tier.key]) for tier in TIERS),
    SettingRow(
        "cooling_factor", "Cooling factor", "Factor voor afkoelen", "number", 1,
        note_en="A partner cools down after this many times its rhythm. Blank = 1.",
        note_nl="Een partner koelt af na zoveel keer het ritme. Leeg = 1.",
        also=("cooling", "factor cooling", "afkoelfactor", "koelfactor", "factor afkoelen",
              "factor koelt af", "afkoelen"),
    ),
    SettingRow(
        "cold_factor", "Cold factor", "Factor voor koud", "number", 1.5,
        note_en="A partner is cold after this many times its rhythm, and never within 14 days "
        "after it. Blank = 1.5.",
        note_nl="Een partner is koud na zoveel keer het ritme, en nooit binnen 14 dagen daarna. "
        "Leeg = 1,5.",
        also=("cold", "factor cold", "koudfactor", "koudefactor", "factor koud", "koud"),
    ),
    SettingRow(
        "quiet_period", "Quiet period", "Stille periode", "period",
        note_en="Days that do not count as silence. Example of a value: 25-07-2026..16-08-2026. "
        "Add a row for every period; say here why.",
        note_nl="Dagen die niet als stilte tellen. Voorbeeld van een waarde: "
        "25-07-2026..16-08-2026. Maak een rij voor elke periode; zet hier waarom.",
        also=("quiet periods", "quiet", "stille perioden", "stille periodes", "rustperiode",
              "rustperiodes", "rustperioden", "rustige periode", "vakantie", "holiday"),
        many=True,
    ),
    SettingRow(
        "crisis_period", "Crisis period", "Crisisperiode", "period",
        note_en="Days in which contact without weather counts as crisis. Example of a value: "
        "03-05-2026..10-05-2026. Add a row for every period; say here what happened.",
        note_nl="Dagen waarin contact zonder weer als crisis telt. Voorbeeld van een waarde: "
        "03-05-2026..10-05-2026. Maak een rij voor elke periode; zet hier wat er was.",
        also=("crisis periods", "crisis", "crisisperiodes", "crisisperioden", "crisis periode"),
        many=True,
    ),
    SettingRow(
        "familiarity_months", "Familiarity valid for (months)",
        "Kennis van elkaar geldig (maanden)", "number", 18,
        note_en="After this time, check again whether you still know each other's tasks, goals "
        "and way of working. Blank = 18.",
        note_nl="Ga na deze tijd opnieuw na of u elkaars taken, doelen en werkwijze nog kent. "
        "Leeg = 18.",
        also=("familiarity valid for", "familiarity", "familiarity months",
              "kennis van elkaar geldig", "bekendheid geldig", "bekendheid geldig voor",
              "bekendheid", "onderlinge bekendheid geldig", "onderlinge bekendheid geldig voor"),
    ),
    SettingRow(
        "familiarity_months_civil_society",
        "Familiarity valid for, civil society (months)",
        "Kennis van elkaar geldig, middenveld (maanden)",
        "number", 12,
        note_en="The same for civil society. Blank = 12.",
        note_nl="Hetzelfde voor het maatschappelijk middenveld. Leeg = 12.",
        also=("familiarity valid for civil society", "familiarity civil society",
              "familiarity months civil society",
              "kennis van elkaar geldig maatschappelijk middenveld",
              "bekendheid geldig middenveld", "bekendheid middenveld",
              "bekendheid geldig maatschappelijk middenveld",
              "bekendheid maatschappelijk middenveld"),
    ),
    SettingRow(
        "hours_a_week", "Hours a week", "Uren per week", "number",
        note_en="Time you have for the network. Who to call asks no more than that. Blank = no "
        "limit.",
        note_nl="Tijd die u hebt voor het netwerk. Wie bellen vraagt niet meer dan dat. Leeg = "
        "geen grens.",
        also=("hours per week", "hours", "uren", "uur per week", "uren in de week"),
    ),
    SettingRow(
        "retention_moments", "Retention of moments (months)",
        "Bewaartermijn contactmomenten (maanden)", "number",
        note_en="After this time trustbook proposes to empty the topic, the promise and the "
        "persons of a moment. Date, partners and weather stay. Blank = never.",
        note_nl="Na deze tijd stelt trustbook voor om onderwerp, afspraak en personen van een "
        "contactmoment leeg te maken. Datum, partners en weer blijven. Leeg = nooit.",
        also=("retention moments", "retention", "retention of contact moments",
              "retention contact moments", "bewaartermijn momenten", "bewaartermijn",
              "bewaartermijn van contactmomenten", "bewaartermijn van momenten"),
    ),
    SettingRow(
        "retention_people", "Retention of people who left (months)",
        "Bewaartermijn personen die weg zijn (maanden)", "number",
        note_en="After this time trustbook proposes to forget a person whose Until has passed. "
        "Blank = never.",
        note_nl="Na deze tijd stelt trustbook voor om een persoon te vergeten van wie Tot voorbij "
        "is. Leeg = nooit.",
        also=("retention people", "retention persons", "retention of people",
              "retention of persons", "bewaartermijn personen", "bewaartermijn van personen",
              "bewaartermijn mensen", "bewaartermijn vertrokken personen"),
    ),
    SettingRow(
        "own_phenomenon", "Own phenomenon", "Eigen fenomeen",
        note_en="A phenomenon that is not in the list. Add a row for every phenomenon.",
        note_nl="Een fenomeen dat niet in de lijst staat. Maak een rij voor elk fenomeen.",
        also=("own phenomena", "eigen fenomenen", "phenomenon", "phenomena", "fenomeen",
              "fenomenen"),
        many=True,
    ),
    SettingRow(
        "own_party", "Own party", "Eigen partij",
        note_en="A party that is not in the list, with its tier if you like: Fire brigade (wider "
        "local).",
        note_nl="Een partij die niet in de lijst staat, als u wilt met de laag erbij: Brandweer "
        "(breed lokaal).",
        also=("own parties", "eigen partijen", "party", "parties", "partij", "partijen"),
        many=True,
    ),
    SettingRow(
        "own_area", "Own area", "Eigen gebied",
        note_en="A neighbourhood or village. Add a row for every area.",
        note_nl="Een wijk of dorp. Maak een rij voor elk gebied.",
        also=("own areas", "eigen gebieden", "area", "areas", "gebied", "gebieden", "wijk",
              "wijken"),
        many=True,
    ),
    SettingRow(
        "own_holder", "Own holder", "Eigen relatiehouder",
        note_en="A colleague who keeps relationships. Add a row for every colleague.",
        note_nl="Een collega die relaties onderhoudt. Maak een rij voor elke collega.",
        also=("own holders", "eigen relatiehouders", "holder", "holders", "relatiehouder",
              "relatiehouders"),
        many=True,
    ),
)  # fmt: skip


def _plain(label: str) -> str:
    """A label without its unit in brackets; commas, colons and underscores read as spaces."""
    return same(_PARENTHESES.sub("", label).translate(_SPACED))


@cache
def _labels() -> dict[str, SettingRow]:
    return {
        _plain(name): row for row in SETTING_ROWS for name in (row.en, row.nl, row.key, *row.also)
    }


def find_setting(label: str) -> SettingRow | None:
    """The setting that ``label`` names, in either language and with or without its unit; None for
    an unknown one.
    """
    spoken = same(
        label.translate(_OPENED)
    )  # "rhythm (core local)": what stands in brackets may be the name itself
    return _labels().get(_plain(label)) or _labels().get(spoken)


def setting(key: str) -> SettingRow:
    """The setting with this key; KeyError if there is none."""
    return _labels()[_plain(key)]
