"""Words that stand beside a name in the title of a meeting, and words that make a longer name."""

from __future__ import annotations

from functools import cache

from trustbook.columns import MOMENT_KINDS, choice_names

# They tell what people do, and are part of nobody's name.
_BESIDE = """
a aan about again agenda afspraak afscheid afstemming afstemmen after and annual at bel bellen
belafspraak belletje beleid bespreken bespreking bezoek bezoeken bij bijeenkomst bijpraten borrel
briefing brainstorm call casus catch check chat coffee concept conference contact contactmoment
core cursus dag dagdeel daily de definitief den der digitaal diner driegesprek een eerste en
etentje evaluatie evaluation evenement event exercise follow fwd for from fw gebeld gepland
gesprek groep hal hele het hoe huisbezoek i idd in informeel informele inloop intake intern intro
introduction iv jaargesprek jaarlijks jour fixe kennis kennismaken kennismaking kennismakingsgesprek
klankbord koffie kop kopje koppel kort korte kwartaalgesprek kwartaaloverleg lunch lunchen
lunchafspraak maandelijks maandoverleg meet meeting met mt na naar namens nieuw nieuwe nog o of
om on one online ontbijt ontmoeting ontmoeten oefening op open oriënterend oriënterende over
overleg overleggen partner periodiek periodieke phone planning plenair presentatie project q r re
relatiegesprek review samen samenkomst session sessie sparren stand startoverleg strategisch
sync te team-meeting teams teamsoverleg tel telefonisch telefonische telefoon telefoontje
terugblik terugkoppeling the thema themabijeenkomst tijdens to toelichting training tussentijds
tweede uitje uur van vergadering verplaatst verzet videobellen videocall vervolg vervolgafspraak
vervolggesprek visit voor voorbereiden voorbereiding voorbespreking voortgang voortgangsoverleg
vrijwilligers wandelen wandeling webex weekly wekelijks wekelijkse werkbezoek werkgroep
werkoverleg werksessie with workshop zoom nieuwjaarsreceptie receptie moved rescheduled new first
second monthly weekly quarterly yearly lunchmeeting kickoff kick off up update uitnodiging
uitgenodigd gesprekken gastles bezoekje rondleiding opening ronde tafel netwerklunch
netwerkborrel netwerkbijeenkomst driehoeksoverleg casusoverleg ochtend middag avond
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag monday tuesday wednesday thursday
friday saturday sunday januari februari maart april mei juni juli augustus september oktober
november december january february march may june july august october dhr mevr mw mr mrs ms dr
heer mevrouw
""".split()

# Beside a name they make another one, however they are spelled.
_EXTENDING = frozenset("""
stichting vereniging moskee kerk synagoge tempel school basisschool college lyceum gymnasium
universiteit hogeschool academie club voetbalclub sportclub vv sv fc gemeente provincie politie
basisteam team afdeling district wijk wijkteam buurt regio noord zuid oost west centrum midden
jeugd jongeren junior senior nederland holland welzijn jeugdzorg zorg opvang kinderopvang bureau
dienst ministerie inspectie raad bond federatie fonds instituut foundation association mosque
church north south east west centre center department university police unit youth council
trust institute
""".split())  # fmt: skip


@cache
def words_beside() -> frozenset[str]:
    """The words that may stand beside a name without making another one of it."""
    kinds = {word for name in choice_names(MOMENT_KINDS) for word in name.split()}
    return frozenset(_BESIDE) | kinds


def extends(word: str) -> bool:
    """Whether a word beside a name makes a longer name of it."""
    return word in _EXTENDING


@cache
def _kinds() -> dict[str, str]:
    more = {"werkbezoek": "visit", "belafspraak": "phone", "lunch": "visit", "workshop": "training",
            "teamsoverleg": "online"}  # fmt: skip
    told = {name: one.key for name, one in choice_names(MOMENT_KINDS).items()}
    # These are ordinary words as well, or names of programs in which a meeting is planned.
    unsure = ("signal", "app", "activity", "mail", "email", "call", "event", "drill", "course")
    return {name: one for name, one in (told | more).items() if name not in unsure}


def kind_in(words: list[str]) -> str | None:
    """The kind of moment (a key of MOMENT_KINDS) that a title tells; None where it tells none."""
    kinds = [_kinds()[word] for word in words if word in _kinds()]
    told = [kind for kind in kinds if kind != "meeting"]
    return next(iter([*told, *kinds]), None)
