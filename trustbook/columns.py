"""Every sheet and column: its names, type and owner.

Template, reading, writing and documentation all follow this.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from trustbook.column_kinds import Choice as Choice
from trustbook.column_kinds import Column as Column
from trustbook.column_kinds import Sheet as Sheet
from trustbook.column_kinds import Type
from trustbook.names import header_key
from trustbook.names import key as same

YES_NO = (Choice("yes", "yes", "ja", ("y", "j", "true", "waar", "x", "1")),
          Choice("no", "no", "nee", ("n", "false", "onwaar", "0")))  # fmt: skip
PARTNER_KINDS = (
    Choice("organisation", "organisation", "organisatie", ("organization",)),
    Choice("partnership", "partnership", "samenwerkingsverband", ("samenwerking", "netwerk")),
    Choice("individual", "individual", "individu", ("persoon", "person", "particulier")),
)
TIERS = (
    Choice("core", "core local", "kern lokaal",
           ("core", "kern", "lokale kern", "local core", "kern (lokaal)")),
    Choice("wider", "wider local", "breed lokaal",
           ("wider", "breed", "breder lokaal", "lokaal breed", "breder")),
    Choice("national", "national and regional", "landelijk en regionaal",
           ("national", "landelijk", "regional", "regionaal",
            "national or regional", "regionaal en landelijk")),
    Choice("civil_society", "civil society", "maatschappelijk middenveld",
           ("civil", "middenveld", "civil_society")),
)  # fmt: skip
OFFERS = (
    Choice("interpretation", "interpretation", "duiding", ("interpreting indicators", "duiden")),
    Choice("training", "training", "training", ("trainen", "opleiding")),
    Choice("evaluation", "evaluation", "evaluatie", ("evaluating", "evalueren")),
)
ROLES = (
    Choice("thinks_along", "thinks along", "denkt mee", ("denken mee", "meedenken")),
    Choice("mediates", "mediates", "bemiddelt", ("bemiddelen", "brug", "bridge")),
    Choice("resilience", "resilience", "weerbaarheid", ("weerbaar",)),
    Choice("signals", "signals", "signaleert", ("signaleren", "signalering")),
    Choice("chairs", "chairs", "zit voor", ("voorzitter", "regie")),
    Choice("other", "other", "anders", ("overig",)))  # fmt: skip
MOMENT_KINDS = (
    Choice("visit", "visit", "bezoek",
           ("werkbezoek", "koffie", "coffee", "op bezoek", "bezocht", "lunch")),
    Choice("meeting", "meeting", "overleg",
           ("vergadering", "gesprek", "bespreking", "afspraak", "appointment")),
    Choice("phone", "phone", "telefoon",
           ("call", "phone call", "gebeld", "bellen", "telefonisch", "belletje", "telefoontje",
            "tel")),
    Choice("email", "e-mail", "e-mail", ("email", "mail", "mailtje", "gemaild", "per mail")),
    Choice("online", "online", "online",
           ("teams", "ms teams", "beeldbellen", "zoom", "webex", "google meet", "video call",
            "videocall", "videobellen")),
    Choice("app", "app", "app", ("whatsapp", "signal", "appje", "sms", "text message", "appen")),
    Choice(
        "joint_activity", "joint activity", "gezamenlijke activiteit", ("activity", "activiteit")
    ),
    Choice("event", "event", "evenement", ("bijeenkomst",)),
    Choice("training", "training", "training", ("cursus", "course", "opleiding")),
    Choice("exercise", "exercise", "oefening", ("drill", "crisisoefening", "beloefening")),
)  # fmt: skip
WEATHER = (
    Choice("sunny", "sunny", "zonnig",
           ("sun", "zon", "calm", "rustig", "☀", "☀ zonnig", "zonnig ☀", "☀ sunny", "sunny ☀")),
    Choice("crisis", "crisis", "crisis", ("⚡", "⚡ crisis", "crisis ⚡")),
)  # fmt: skip
INITIATIVE = (
    Choice("us", "us", "wij", ("we", "ons")),
    Choice("them", "them", "zij", ("they", "hen")),
    Choice("together", "together", "samen", ("both", "beide", "allebei")),
)
STATES = (
    Choice("planned", "planned", "gepland"),
    Choice("held", "held", "gehouden", ("geweest", "doorgegaan", "done")),
    Choice("cancelled", "cancelled", "vervallen",
           ("canceled", "called off", "afgezegd", "afgelast", "geannuleerd", "ging niet door",
            "gaat niet door", "niet doorgegaan")),
    Choice("attempt", "attempt", "poging",
           ("geen gehoor", "no answer", "voicemail", "niet opgenomen", "not answered")),
)  # fmt: skip
ANSWERED = (
    Choice("same_day", "same day", "zelfde dag", ("at once", "meteen", "direct", "vandaag")),
    Choice("later", "later", "later", ("next day", "volgende dag")),
    Choice("not", "not", "niet", ("no", "nee", "niet bereikt", "not reached")),
)
PROMISED_BY = INITIATIVE[:2]
STATUSES = (
    Choice("ended", "Ended", "Gestopt"),
    Choice("paused", "Paused", "Rust"),
    Choice("new", "New", "Nieuw"),
    Choice("crisis_only", "Crisis only", "Alleen in crisis"),
    Choice("cold", "Cold", "Koud"),
    Choice("cooling", "Cooling", "Koelt af"),
    Choice("warm", "Warm", "Warm"),
)
GLYPHS = {
    "warm": "●", "cooling": "◐", "cold": "○", "new": "◇", "crisis_only": "✕", "paused": "–",
    "ended": "–"}  # fmt: skip


def _c(key: str, en: str, nl: str, type: Type = "text", **more: object) -> Column:
    return Column(key, en, nl, type, **more)  # type: ignore[arg-type]


PARTNERS = Sheet("partners", "Partners", "Partners", (
    _c("id", "ID", "ID", "id", width=10),
    _c("name", "Name", "Naam", required=True, width=34),
    _c("kind", "Kind", "Soort", "choice", choices=PARTNER_KINDS),
    _c("tier", "Tier", "Laag", "choice", choices=TIERS, width=26),
    _c("party", "Party", "Partij", "choice", width=24),
    _c("phenomena", "Phenomena", "Fenomenen", "choices", width=22, also=("Phenomenon",)),
    _c("area", "Area", "Gebied"),
    _c("rhythm", "Rhythm", "Ritme", "rhythm", width=12),
    _c("holder", "Holder", "Relatiehouder"),
    _c("since", "Since", "Sinds", "date", width=12),
    _c("their_tasks", "Their tasks and competences", "Hun taken en competenties", width=30),
    _c("their_goals", "Their goals and interests", "Hun doelen en belangen", width=30),
    _c("their_way", "Their way of working", "Hun werkwijze", width=30),
    _c("goals_shared_on", "Our goals shared on", "Onze doelen gedeeld op", "date", width=12),
    _c("checked_on", "Checked on", "Gecontroleerd op", "date", width=12),
    _c("offers", "Offers", "Biedt", "choices", choices=OFFERS),
    _c("role", "Role in the approach", "Rol in de aanpak", "choices", choices=ROLES, width=20),
    _c("share_card", "Share card", "Kaart delen", "yesno", choices=YES_NO, width=12),
    _c("paused_until", "Paused until", "Rust tot", "date", width=12),
    _c("snooze_until", "Snooze until", "Uitstellen tot", "date", width=12),
    _c("ended_on", "Ended on", "Gestopt op", "date", width=12),
    _c("own_view", "Own view", "Eigen inschatting", width=24),
    _c("status", "Status", "Status", owner="derived", width=17),
    _c("why", "Why", "Waarom", owner="derived", width=120),
    _c("last_sunny", "Last sunny", "Laatst zonnig", "date", owner="derived", width=12),
    _c("due", "Due", "Uiterlijk", "date", owner="derived", width=12),
), prefix="P")  # fmt: skip
PEOPLE = Sheet("people", "People", "Personen", (
    _c("id", "ID", "ID", "id", width=10),
    _c("name", "Name", "Naam", required=True, width=26),
    _c("partner", "Partner", "Partner", "names", required=True, width=34),
    _c("role", "Role", "Functie", width=24),
    _c("key_role", "Key role", "Sleutelrol", "yesno", choices=YES_NO, width=12),
    _c("phone", "Work phone", "Telefoon werk"),
    _c("email", "Work e-mail", "E-mail werk", width=28, also=("Work email", "Email werk")),
    _c("informed_on", "Informed on", "Geïnformeerd op", "date", width=12,
       also=("Geinformeerd op",)),
    _c("from", "From", "Vanaf", "date", width=12),
    _c("until", "Until", "Tot", "date", width=12),
), prefix="C")  # fmt: skip
MOMENTS = Sheet("moments", "Moments", "Contactmomenten", (
    _c("id", "ID", "ID", "id", width=11),
    _c("date", "Date", "Datum", "date", required=True, width=12),
    _c("with", "With", "Met", "names", required=True, width=36),
    _c("also_present", "Also present", "Ook aanwezig", "names", width=26),
    _c("by", "By", "Door"),
    _c("kind", "Kind", "Vorm", "choice", choices=MOMENT_KINDS, width=22),
    _c("weather", "Weather", "Weer", "choice", choices=WEATHER, width=10),
    _c("initiative", "Initiative", "Initiatief", "choice", choices=INITIATIVE, width=11),
    _c("state", "State", "Stand", "choice", choices=STATES, width=11),
    _c("topic", "Topic", "Onderwerp", width=40),
    _c("promise", "Promise", "Afspraak", width=32),
    _c("promised_by", "Promised by", "Afspraak door", "choice", choices=PROMISED_BY, width=12),
    _c("promise_due", "Promise due", "Afspraak voor", "date", width=12),
    _c("promise_kept_on", "Promise kept on", "Afspraak nagekomen op", "date", width=12),
    _c("answered", "Answered", "Bereikt", "choice", choices=ANSWERED, width=12),
), prefix="M", also=("Contact moments", "Momenten"))  # fmt: skip
CONSULTATIONS = Sheet("consultations", "Consultations", "Overleggen", (
    _c("name", "Name", "Naam", required=True, width=34),
    _c("members", "Members", "Leden", "names", width=60, also=("Lid",)),
    _c("rhythm", "Rhythm", "Ritme", "rhythm", width=12),
    _c("chair", "Chair", "Voorzitter", width=24),
    _c("next", "Next", "Volgende", "date", width=12),
    _c("phenomena", "Phenomena", "Fenomenen", "choices", width=22, also=("Phenomenon",)),
))  # fmt: skip
REQUIRED = Sheet("required", "Required network", "Benodigd netwerk", (
    _c("phenomenon", "Phenomenon", "Fenomeen", required=True, width=34, also=("Phenomena",)),
    _c("party", "Party", "Partij", required=True, width=42),
    _c("tier", "Tier", "Laag", "choice", choices=TIERS, width=28),
    _c("area", "Area", "Gebied"),
    _c("minimum", "Minimum", "Minimum", "number", width=10),
    _c("relevant", "Relevant", "Relevant", "yesno", choices=YES_NO, width=10),
    _c("condition", "Condition", "Voorwaarde", width=34),
))  # fmt: skip
ROUTES = Sheet("routes", "Routes", "Routes", (
    _c("subject", "Subject", "Onderwerp", required=True, width=52),
    _c("phenomena", "Phenomenon", "Fenomeen", "choices", width=22,
       also=("Phenomena", "Fenomenen")),
    _c("first_contact", "First contact", "Eerste contact", "names", width=28),
    _c("coordinates", "Coordinates", "Regie", "names", width=24),
    _c("deputy", "Deputy", "Vervanger", "names", width=24),
    _c("outside_hours", "Outside hours", "Buiten kantooruren", width=24),
    _c("where", "Where", "Waar", width=30),
    _c("agreed_on", "Agreed on", "Afgesproken op", "date", width=14),
))  # fmt: skip
SETTINGS = Sheet("settings", "Settings", "Instellingen", (
    _c("setting", "Setting", "Instelling", required=True, width=40),
    _c("value", "Value", "Waarde", width=40),
    _c("note", "Note", "Toelichting", width=60),
))  # fmt: skip

TYPED = (PARTNERS, PEOPLE, MOMENTS, CONSULTATIONS, REQUIRED, ROUTES, SETTINGS)

# The columns on which a verdict or a promise rests, beside those that are required: without one of
# them nobody may go on as if nothing stood there.
DECIDING: Mapping[str, frozenset[str]] = {
    PARTNERS.key: frozenset(
        ("tier", "rhythm", "holder", "since", "paused_until", "snooze_until", "ended_on")
    ),
    PEOPLE.key: frozenset(("from", "until")),
    MOMENTS.key: frozenset(
        ("also_present", "weather", "initiative", "state",
         "promise", "promised_by", "promise_due", "promise_kept_on", "answered")
    ),
    CONSULTATIONS.key: frozenset(("members",)),
    SETTINGS.key: frozenset(("value",)),
}  # fmt: skip

# Sheets trustbook writes, in the order they stand after the last sheet of the coordinator. Those
# that are lists have columns; the others are composed (sheets/).
START = Sheet("start", "Start here", "Begin hier")
HEALTH = Sheet("health", "Health", "Relatiestatus", (
    _c("id", "ID", "ID", "id", width=10),
    _c("name", "Name", "Naam", width=34),
    _c("tier", "Tier", "Laag", width=20),
    _c("holder", "Holder", "Relatiehouder"),
    _c("status", "Status", "Status", width=17),
    _c("why", "Why", "Waarom", width=60),
    _c("hints", "To keep in mind", "Let op", width=40),
    _c("last_sunny", "Last sunny", "Laatst zonnig", "date", width=12),
    _c("last_contact", "Last contact", "Laatste contact", "date", width=12),
    _c("rhythm", "Rhythm", "Ritme", width=11),
    _c("due", "Due", "Uiterlijk", "date", width=12),
    _c("next_step", "Next step", "Volgende stap", width=44),
    _c("trend", "Trend (8 quarters)", "Verloop (8 kwartalen)", width=12),
    _c("since", "Since", "Sinds", "date", width=12),
    _c("old_names", "Earlier names", "Eerdere namen", width=24),
))  # fmt: skip
CALL = Sheet("call", "Who to call", "Wie bellen", (
    _c("holder", "Holder", "Relatiehouder", width=16),
    _c("name", "Partner", "Partner", width=30),
    _c("status", "Status", "Status", width=17),
    _c("ask_for", "Ask for", "Vraag naar", width=22),
    _c("phone", "Work phone", "Telefoon werk", width=16),
    _c("spoken_of", "Last topic, or our promise", "Laatst besproken, of onze afspraak", width=34),
    _c("why_now", "Why now", "Waarom nu", width=50),
    _c("step", "Suggested step", "Voorstel", width=40),
    _c("table", "Next sitting together", "Eerst samen aan tafel", width=24),
    _c("id", "ID", "ID", "id", width=10),
))  # fmt: skip
CHECK = Sheet("check", "To check", "Te controleren", (
    _c("what", "What", "Wat", width=50),
    _c("where", "Sheet", "Blad", width=17),
    _c("cell", "Cell", "Cel", width=8),
    _c("cell_2", "Second cell", "Tweede cel", width=8),
    _c("cell_3", "Third cell", "Derde cel", width=8),
    _c("column", "Column", "Kolom", width=15),
    _c("proposal", "Proposal", "Voorstel", width=24),
    _c("answer", "Answer", "Antwoord", width=18),
    _c("fix", "How to fix it", "Zo lost u het op", width=50),
    _c("why", "Why it matters", "Waarom dit telt", width=44),
    _c("count", "How many", "Aantal", "number", width=9),
    _c("since", "Since", "Sinds", "date", width=12),
    _c("reference", "Reference", "Kenmerk", width=18, also=("Pair", "Paar")),
))  # fmt: skip
PROPOSALS = Sheet("proposals", "Proposals", "Voorstellen", (
    _c("date", "Date", "Datum", "date", width=12), _c("partner", "Partner", "Partner", width=34),
    _c("kind", "Kind", "Soort", width=18), _c("source", "Source", "Bron", width=26),
    _c("why", "Why", "Waarom", width=56), _c("ok", "OK?", "OK?", width=20),
    _c("id", "ID", "ID", "id", width=11)))  # fmt: skip
QUARTER = Sheet("quarter", "Quarter", "Kwartaal")
COVERAGE = Sheet("coverage", "Coverage", "Dekking")
CALLLIST = Sheet("calllist", "Call list", "Bellijst")
CONFLICTS = Sheet("conflicts", "Conflicts", "Conflicten", (
    _c("sheet", "Sheet", "Blad", width=18),
    _c("row", "Row", "Rij", width=34),
    _c("column", "Column", "Kolom", width=20),
    _c("here", "Here", "Hier", width=34),
    _c("there", "There", "Daar", width=34),
    _c("where", "There is", "Daar is", width=24),
    _c("keep", "Keep (here or there)", "Houden (hier of daar)", width=16),
    _c("since", "Since", "Sinds", "date", width=12),
    _c("id", "ID", "ID", "id", width=14),
))  # fmt: skip

GENERATED = (START, HEALTH, CALL, CHECK, PROPOSALS, QUARTER, COVERAGE, CALLLIST, CONFLICTS)


@cache
def _titles() -> dict[str, Sheet]:
    return {
        header_key(name): sheet for sheet in TYPED for name in (sheet.en, sheet.nl, *sheet.also)
    }


def typed_sheet(title: str) -> Sheet | None:
    """The sheet people type in that carries this title, in either language; None for any other.

    Case, accents, spaces, punctuation and a plural do not count.
    """
    return _titles().get(header_key(title))


def bears_exact_title(title: str, sheet: Sheet) -> bool:
    """Whether a title is a name of ``sheet`` to the letter, whatever its case."""
    return same(title) in map(same, (sheet.en, sheet.nl, *sheet.also))


def generated(key: str) -> Sheet:
    """The generated sheet with this key; KeyError if there is none."""
    for sheet in GENERATED:
        if sheet.key == key:
            return sheet
    raise KeyError(key)


@cache
def header_names(sheet: Sheet) -> dict[str, Column]:
    """Normalised header text to column, both languages and other spellings.

    The columns that trustbook writes in have a second name, for where the first is somebody's.
    """
    found = {same(name): column for column in sheet.columns for name in column.names}
    ours = [column for column in sheet.columns if column.filled_by_us]
    found |= {f"{same(name)} (trustbook)": column for column in ours for name in column.names}
    return found


@cache
def choice_names(choices: tuple[Choice, ...]) -> dict[str, Choice]:
    """Normalised label to choice, both languages, stable keys and other spellings."""
    return {
        same(name): choice
        for choice in choices
        for name in (choice.en, choice.nl, choice.key, *choice.also)
    }


def find_column(choices: tuple[Choice, ...], key: str) -> Choice:
    """The choice with this stable key; KeyError if there is none."""
    for choice in choices:
        if choice.key == key:
            return choice
    raise KeyError(key)
