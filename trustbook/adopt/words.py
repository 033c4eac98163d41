"""What coordinators write above their columns and on their tabs, and what it may mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache

from trustbook.adopt.speaking import plain_header
from trustbook.columns import TYPED

_FEW = 3
_NAME = "naam|name|volledige naam|full name"
_HOLDER = (
    "relatiehouder|accounthouder|accountmanager|relatiebeheerder|relatiebeheer|eigenaar"
    "|wie van ons|onze collega|contactpersoon gemeente|contactpersoon bij ons|onze contactpersoon"
    "|regiehouder|ons aanspreekpunt|aanspreekpunt bij ons|verantwoordelijke|trekker|collega"
    "|holder|beheerder|owner|account manager|our contact|relationship manager|relationship owner"
    "|lead|colleague|staff|contact owner|account owner|staff member|company owner"
    "|organization owner|organisation owner|assigned to"
)

# List, column, words. A header may stand in several places: what stands below it, and beside it,
# decides.
HEADERS: dict[str, dict[str, str]] = {
    "partners": {
        "name": (
            f"{_NAME}|wie|who|group name|name of group|community group|naam groep|groepsnaam"
            "|place of worship"
        ),
        "kind": (
            "soort|soort organisatie|type|type organisatie|soort partner|type of organisation"
            "|categorie|category"
        ),
        "tier": (
            "laag|schil|ring|kring|netwerklaag|niveau|kern of breed|layer|level|circle|categorie"
            "|category|type|soort"
        ),
        "party": (
            "partij|sector|discipline|branche|type partner|soort partner|soort organisatie"
            "|type organisatie|type|soort|categorie|category|domein|domain"
        ),
        "phenomena": (
            "fenomeen|fenomenen|thema|themas|thema s|vorm van extremisme|phenomenon|theme|themes"
        ),
        "area": (
            "gebied|wijk|wijken|buurt|stadsdeel|regio|werkgebied|plaats|gemeente|district"
            "|neighbourhood|region|town|city|municipality|gemeentenaam|plaatsnaam|werkgebieden"
            "|area of operation|area of operations|operating area"
        ),
        "rhythm": (
            "ritme|frequentie|contactfrequentie|hoe vaak|frequency|contact frequency|how often"
            "|interval"
        ),
        "holder": _HOLDER,
        "since": (
            "sinds|partner sinds|in netwerk sinds|startdatum|toegevoegd op|datum toegevoegd"
            "|partner since|start date|added on"
        ),
        "their_tasks": "taken|taak|kerntaken|expertise|wat doen ze|tasks|what they do",
        "their_goals": "doelen|belangen|doelstelling|doel|goals|interests",
        "their_way": "werkwijze|manier van werken|way of working",
        "goals_shared_on": "doelen gedeeld|doelen gedeeld op|goals shared",
        "checked_on": (
            "gecontroleerd|laatst gecontroleerd|bijgewerkt|bijgewerkt op|laatst bijgewerkt"
            "|laatste update|last checked|updated|last updated|last update"
        ),
        "offers": "aanbod|kan bieden|wat bieden ze|offer|can offer",
        "share_card": "mag gedeeld|delen|share",
        "paused_until": "pauze tot|on hold until",
        "snooze_until": "uitgesteld tot|niet bellen voor",
        "ended_on": "einddatum|beeindigd|beeindigd op|gestopt|end date|ended",
        "own_view": (
            "inschatting|onze inschatting|kwaliteit relatie|kwaliteit van de relatie|our view"
            "|gevoel"
        ),
    },
    "people": {
        "name": (
            f"{_NAME}|naam persoon|naam contact|focal point|point of contact|directeur|director"
            "|schoolleider|rector|wie kennen we|voorzitter|chair|chairperson|bestuurslid"
            "|gemandateerde|lead officer|contact officer|named contact|key contact|lead contact"
            "|faith leader"
        ),
        "role": (
            "functie|functietitel|functieomschrijving|rol|job title|position|title|job|designation"
        ),
        "key_role": "sleutelpersoon|sleutelfiguur|key person",
        "phone": (
            "telefoon|telefoonnummer|telefoonnr|tel|tel nr|telnr|telefoon werk|mobiel"
            "|mobiele telefoon|mobiel nummer|gsm|06|06 nummer|phone|mobile|phone number|telephone"
            "|cell|contact no|contact number|contactnummer|phone no|main phone|mobiel nr|telefoonnr"
            "|mobile phone"
        ),
        "email": (
            "mail|e mail|email|emailadres|e mailadres|e mail adres|email adres|mailadres"
            "|email address|e mail address"
        ),
        "informed_on": "geinformeerd|informed",
        "from": "in functie sinds|in dienst|sinds|since",
        "until": "uit dienst|vertrokken|tot en met|left",
    },
    "moments": {
        "date": (
            "datum|wanneer|datum contact|contactdatum|datum gesprek|gespreksdatum|datum overleg"
            "|datum bezoek|datum tijd|datum en tijd|dag|day|when|date of meeting|meeting date"
            "|gebeld op|gesproken op|bezocht op|activity date|date time|timestamp|tijdstip"
            "|date of contact|contact date|d d|dd|tijdstempel|bezoekdatum|interaction date"
        ),
        "with": (
            "met wie|gesproken met|met wie gesproken|contact met|wie|with whom|who|entities met"
        ),
        "also_present": (
            "aanwezigen|aanwezig|overige aanwezigen|attendees|also there|present|others present"
        ),
        "by": (
            f"door wie|namens ons|wie van ons|medewerker|employee|minister|user|gebruiker|{_HOLDER}"
        ),
        "kind": (
            "soort contact|type contact|contactvorm|wijze|wijze van contact|kanaal|manier|hoe"
            "|soort|type|type of contact|channel|how|medium|methode|method|contact type"
            "|interaction type|engagement type|soort bezoek|soort gesprek"
        ),
        "initiative": "op initiatief van|initiated by",
        "state": "status",
        "topic": (
            "waarover|gespreksonderwerp|thema|subject|about|agenda|purpose of meeting|purpose|doel"
        ),
        "promise": (
            "afspraken|actie|acties|actiepunt|actiepunten|vervolg|vervolgactie|toezegging|action"
            "|actions|follow up|next step|agreed"
        ),
        "promised_by": "actie door|actiehouder|action by",
        "promise_due": "deadline|actie voor|due|due date|by when|gereed voor",
        "promise_kept_on": "afgerond op|gedaan op|nagekomen|nagekomen op|done on|completed on",
    },
    "consultations": {
        "name": f"overleg|naam overleg|tafel|overlegtafel|overlegvorm|meeting|{_NAME}",
        "members": "deelnemers|aanwezige partijen|participants|partners",
        "rhythm": "frequentie|hoe vaak|frequency|how often",
        "chair": "chairperson|wie zit voor",
        "next": "volgende keer|volgende datum|eerstvolgende|next meeting|next date",
    },
}

# Words on a tab that say which list it holds.
TITLES = {
    "moments": (
        "contactmoment contactmomenten logboek log gesprekken gesprek contacten contactlog "
        "registratie contactregistratie bezoeken momenten meetings calls visits history historie"
    ),
    "people": (
        "personen contactpersonen mensen people persons contacts adressen adreslijst "
        "telefoonlijst bellijst"
    ),
    "consultations": "overleg overleggen overlegtafels tafels meetings consultations",
    "partners": (
        "partners partner samenwerkingspartners netwerkpartners netwerk organisaties "
        "instanties ketenpartners partnerlijst stakeholders "
        "network organisations organizations relaties companies bedrijven accounts verenigingen "
        "clubs scholen schools instellingen stichtingen ngo ngos agencies charities"
    ),
}

# Words on a tab that only explains the others.
_EXPLAINING = (
    "legenda legend uitleg toelichting instructie instruction instructies handleiding readme "
    "leesmij keuzelijst keuzelijsten lookup codes codelijst dropdown picklist "
    "type tag category status"
)

# Headers beside the names of organisations, and beside those of people.
_OF_ORGANISATIONS = (
    "website url sector industry branche industrie kvk acronym afkorting rechtsvorm mission missie "
    "internetadres orgtype"
)
_OF_PEOPLE = (
    "gender geslacht firstname lastname voornaam achternaam aanhef salutation geboren "
    "geboortedatum surname birth birthdate dob"
)
_OF_TRADE = "amount bedrag price prijs quantity order invoice factuur salary salaris"
# What a table of two or three columns that explains words has.
_MEANINGS = "betekenis meaning definitie definition kleur color colour"

# Columns that no list of ours has, and why.
ASIDE = {
    "last_contact": (
        "laatste contact|laatst contact|datum laatste contact|laatste contactmoment"
        "|laatste gesprek|laatst gesproken|laatste bezoek|laatst bezocht|contact op|last contact"
        "|last spoken|last contacted|last meeting|last visit|date of last contact"
        "|date last contact"
    ),
    "half_name": (
        "voornaam|achternaam|tussenvoegsel|voorletters|initialen|first name|last name|surname"
        "|given name|family name"
    ),
    "private": (
        "telefoon prive|tel prive|prive telefoon|prive nummer|privenummer|mobiel prive"
        "|telefoon thuis|prive mail|prive e mail|mail prive|e mail prive|private phone|home phone"
        "|private mail|private e mail|private email"
    ),
    "free_text": (
        "opmerking|opmerkingen|notitie|notities|bijzonderheden|toelichting|verslag|aantekeningen"
        "|memo|notes|note|remarks|remark|comments|comment|details|gespreksverslag|samenvatting"
        "|summary|informatie|info"
    ),
    "address": (
        "adres|straat|huisnummer|postcode|bezoekadres|postadres|website|site|url|address|street"
        "|zip|postal code"
    ),
    "own_number": "nr|nummer|no|number|volgnummer|rij",
}


def glued(plain: str) -> str:
    """A plain header without spaces: "relatie houder" and "relatiehouder" are one."""
    return plain.replace(" ", "").removesuffix("e")


@cache
def headers(sheet: str) -> dict[str, tuple[str, ...]]:
    """Every usual word of a list (plain) to the columns it may mean; not those of columns.py."""
    found: dict[str, tuple[str, ...]] = {}
    for column, text in HEADERS.get(sheet, {}).items():
        for word in dict.fromkeys(map(plain_header, text.split("|"))):
            found[word] = (*found.get(word, ()), column)
    return found


@cache
def _headers_glued(sheet: str) -> dict[str, tuple[str, ...]]:
    return {glued(word): columns for word, columns in headers(sheet).items()}


def usual(header: str, sheet: str) -> tuple[str, ...]:
    """The columns of a list that a (plain) header is a usual word for."""
    return _headers_glued(sheet).get(glued(header), ())


@cache
def own_names(sheet: str) -> dict[str, str]:
    """The names of columns.py, both languages, to their column."""
    wanted = next(each for each in TYPED if each.key == sheet)
    return {plain_header(name): column.key for column in wanted.columns for name in column.names}


@cache
def _aside() -> dict[str, str]:
    pairs = ((word, reason) for reason, text in ASIDE.items() for word in text.split("|"))
    return {glued(plain_header(word)): reason for word, reason in pairs}


def left_aside(header: str) -> str | None:
    """Why no list of ours has a column of this (plain) header; None where one may."""
    return _aside().get(glued(header))


_TELL = {
    "nl": (
        "naam organisatie instantie contactpersoon telefoon tel functie wijk datum wie onderwerp "
        "gebied soort laag sinds relatiehouder accounthouder opmerkingen mobiel frequentie partij "
        "fenomeen adres met door waarom uiterlijk hoe overleg bedrijfsnaam relatie medewerker "
        "plaats vereniging instelling postcode omschrijving vestigingsnaam gemeentenaam"
    ),
    "en": (
        "name organisation organization agency phone mobile job title date who about area kind "
        "tier since holder owner notes frequency party phenomenon address with by why due how "
        "meeting level district action what company first last city subject country create purpose"
    ),
}


def header_language(texts: Iterable[str]) -> str:
    """The language that most of these (plain) headers are in; Dutch where they do not tell."""
    words = [word for text in texts for word in text.split()]
    telling = {lang: set(plain_header(tell).split()) for lang, tell in _TELL.items()}
    counts = {lang: sum(word in known for word in words) for lang, known in telling.items()}
    return "en" if counts["en"] > counts["nl"] else "nl"


def titles_of(title: str) -> list[str]:
    """The lists that the words on a tab speak of."""
    words = set(plain_header(title).split())
    return [sheet for sheet, text in TITLES.items() if words & set(plain_header(text).split())]


def explains(title: str, headers: Sequence[str]) -> bool:
    """Whether a tab explains the others, by its title or its few (plain) headers."""
    by_title = _share_words([plain_header(title)], _EXPLAINING)
    return by_title or (len(headers) <= _FEW and _share_words(headers, _MEANINGS))


def year_in(title: str) -> int:
    """The latest year that a tab's title names; 0 for none."""
    return max(map(int, re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", title)), default=0)


def halves_a_name(headers: Sequence[str]) -> bool:
    """Whether (plain) headers have first names beside a bare "Name", which is then a surname."""
    first = _share_words(headers, "voornaam firstname givenname roepnaam")
    return first and not _share_words(headers, "achternaam surname lastname familyname")


def of_organisations(headers: Iterable[str]) -> bool:
    """Whether one of these (plain) headers speaks of what only organisations have."""
    return _share_words(headers, _OF_ORGANISATIONS)


def of_trade(headers: Iterable[str]) -> bool:
    """Whether one of these (plain) headers speaks of what is bought, sold or paid."""
    return _share_words(headers, _OF_TRADE)


def of_people(headers: Iterable[str]) -> bool:
    """Whether one of these (plain) headers speaks of what only people have."""
    return _share_words(headers, _OF_PEOPLE)


def _share_words(headers: Iterable[str], words: str) -> bool:
    known = set(plain_header(words).split())
    return any(known & {*header.split(), header.replace(" ", "")} for header in headers)
