"""Expressions that sound like somebody's case and are none: they are left out before one looks."""

from __future__ import annotations

import re

from trustbook.privacy.late import expression

_ARTICLE = r"(?:de |het |een |the |a |an |ons |our )?"
_IN_THE_WAY = (
    r"(?:file|verkeer|trein|drukte|storing|weer|regen|brug|bui|collega\w*|wegwerk\w*"
    r"|vergadering|overleg|lift|traffic|trains?|weather|meeting|roadworks|delays?|view|beauty|sight"
    r"|music)"
)
_A_GROUP = (
    r"(?:team|werkgroep|stuurgroep|projectgroep|bestuur|lid|\w*lijst|overleg|\w*plan|agenda|notulen"
    r"|verslag|draaiboek|protocol|convenant|systeem|archief|programma|nieuwsbrief|\w*app|begroting)"
)
_ANYBODY = (
    r"(?:leerling|scholier|student|kind|jongere|jongen|meisje|bewoner|inwoner|buur\w*|cliënt"
    r"|iemand|lid|collega|bezoeker|pupil|child|young person|boy|girl|resident|neighbour|client"
    r"|person|member|somebody|someone|colleague|visitor)"
)
_WORRY = (
    r"(?:zorg|zorgen|twijfels?|signaal|signalen|vermoeden|vragen|melding|worry|worries|concerns?"
    r"|questions?) (?:om|over|van|about) (?:een |a |an )?"
)
_SUBJECT = rf"(?i){_WORRY}{_ANYBODY}(?: (?:op|in|at) (?:de |het |een |the |a )?[a-z]+)?"
# What to do when somebody, whoever it is, does something; and the way of a worry: a rule, no case.
_WHOEVER = (
    rf"\b(?:als|wanneer|waarom|hoe|of) (?:(?:zij|ze|je|men|wij|we) )?(?:soms )?een {_ANYBODY}\b"
    r"[^.;:]*"
    rf"|\b(?:when|why|how|whether|if) (?:a|an|some) {_ANYBODY}\b[^.;:]*"
    rf"|\b{_WORRY}{_ANYBODY}:"
    r"|\b(?:route|waarheen met|where to go with|what to do with|wat te doen bij|stappenplan"
    r"|protocol|werkwijze)(?: (?:bij|voor|met|for|on|with))?(?: (?:een|a|any))?"
    r" (?:zorg|zorgen|worry|worries"
    rf"|concerns?|signaal|signalen) (?:om|over|van|about) (?:een |a |an )?{_ANYBODY}\b"
)
# What is told is news, or a story on a stage or in a book.
_TOLD = (
    r"\b(?:(?:in|uit|op) het nieuws|in the news)\b[^.;]*"
    r"|\b(?:film|boek|roman|\w*stuk|voorstelling|musical|documentaire|documentary|play|book|novel"
    r"|story) (?:over|about|of) (?:een|a|an)\b[^.;,]*"
)
_IDLE = (
    r"(?i)"
    r"\b(?:overvallen|verrast|gegijzeld|aangestoken|ambushed|surprised) (?:door|by) (?:de |het |een"
    r" |the |a |ons |hun |onze |our |their )?(?!man|jongen|groep|bende|broer|gang|boy|men\b)\w+"
    r"|\b(?:bekeerd tot|converted to) (?:de |het |the )?(?!islam|geloof|salaf|christ|jod|juda"
    r"|moslim|muslim|jehova|cathol|kathol|faith|leer|jihad|hind|sikh|boedd|budd|sekte|cult)\w+"
    r"|\b(?:gevangen|trapped) in (?:de |het |een |the |a )?(?:papier|regels|lift|agenda|paper"
    r"|rules)"
    rf"|\b(?:aan|op|vast|tegen)gehouden door {_ARTICLE}{_IN_THE_WAY}"
    rf"|\b(?:zit|zat|zaten|stond|stonden) (?:nog |even |weer )?vast in {_ARTICLE}{_IN_THE_WAY}"
    rf"|\bopgenomen (?:in|als) {_ARTICLE}{_A_GROUP}"
    rf"|\b(?:arrested|captured|detained|stuck|held up) (?:by|in) {_ARTICLE}{_IN_THE_WAY}"
    r"|\bcharged with (?:the|setting|leading|running|organi[sz]ing|chairing|writing|drafting"
    r"|planning|making)"
    r"|\bvoel(?:t|de|en|den) zich (?:niet |weer |nu |erg |goed )?"
    r"(?:gehoord|gezien|welkom|gesteund|serieus)"
    r"|\b(?:dreigt|dreigen|threatens) (?:\w+ ){0,3}?(?:af te haken|om te vallen"
    r"|(?:te|to) (?:sluiten|stoppen|verdwijnen|vertrekken|vervallen|mislukken|stranden|close|quit"
    r"|leave|stop))"
    r"|^(?:verhuisd|verhuizen|verhuizing|moved|moving)\b(?: office)?(?: (?:naar|to)\b[^,;.]*)?"
    r"|\b(?:verdachte|suspect|suspicious) (?:pak(?:k|je)\w*|voorwerp\w*|situatie\w*|omstandig\w*"
    r"|handeling\w*|transactie\w*|tas(?:sen)?\b|koffers?\b|zending\w*|post\b|e?-?mails?\b|links?\b"
    r"|brie\w*|auto\w*|packages?|parcels?|bags?\b|items?\b|letters?\b|activity)"
    r"|\b(?:stal|steelt|stole|steals) (?:de|the) show\b|\bsloe?ge?n? (?:aan|over|een slag)\b"
    r"|\bslaat aan\b|\bschie(?:t|ten) (?:in de (?:lach|stress)|te hulp|vol|wortel)"
    r"|\bschoot (?:te hulp|vol|in de lach)"
    r"|\b(?:vecht|vechten|vocht|gevochten|strijdt|fights|fought|fighting) (?:voor|for)"
    r" (?:behoud|een|het|de|dat|die|zijn|haar|hun|meer|a|the|that|his|her|their|more)\b"
    r"(?! (?:kalifaat|strijd|is\b|caliphate))"
    r"|\bhanden uit de mouwen|\bpleegt? (?:een )?telefoontje"
    r"|\b(?:parents|families|ouders|gezinnen) (?:of|van) (?:\w+ )?"
    r"(?:youth|children|young people|jongeren|kinderen)\b"
    r"|\b(?:sloeg|slaat|slaan) een brug\b|\b(?:schiet|schoot) op met\b"
    r"|\b(?:vader|moeder|opa|oma|oom|tante) geworden\b|\bR\.K\. ?(?=kerk|parochie|school)"
)


# "They" of many, by its verb; behind these words "she" stands before an infinitive.
_THEY = re.compile(
    r"(?<!wil )(?<!kan )(?<!mag )(?<!gaat )(?<!moet )(?<!laat )(?<!zou )(?<!zal )(?<!durft )"
    r"(?<!wilde )(?<!moest )(?<!ging )(?<!kon )\b(?:zij|ze) (?:\w{2,}en|gaan|staan|doen|zien)\b"
    r"|\b(?!alleen\b|geen\b|tegen\b|binnen\b)\w{3,}en (?:zij|ze)\b",
    re.IGNORECASE,
)
_SHE = re.compile(r"\b(?:zij|ze)\b", re.IGNORECASE)


_THEME = rf"(?i){_WHOEVER}|{_TOLD}"
# One of these stands in every such expression: a quick look.
_IN_THEME = (
    "als ", "wanneer ", "waarom ", "hoe ", "of een", "when a", "why a", "how a", "whether ", "if a",
    "route", "where to", "what to do", "te doen", "stappenplan", "protocol", "werkwijze", ":",
    "nieuws", "news", "film", "boek", "roman", "stuk", "voorstelling", "musical", "document",
    "play", "novel", "story", "some ",
)  # fmt: skip
_IN_IDLE = (
    "gehouden", "vast in", "opgenomen", "arrested", "captured", "detained", "stuck", "held up",
    "charged", "zich", "dreig", "threatens", "verhui", "mov", "verdacht", "susp", "een brug",
    "op met", "geworden", "r.k.", "show", "sloe", "slaat", "schiet", "schoot", "vecht", "vocht",
    "overvallen", "verrast", "gijzeld", "stoken", "ambush", "surpris", "bekeerd", "converted",
    "gevangen", "trapped", "strijdt", "fight", "fought", "mouwen", "pleeg", "parents", "families",
    "ouders", "gezinnen",
)  # fmt: skip


def is_worry_of_any(text: str) -> bool:
    """Whether ``text`` says no more than a worry about somebody, whoever it is: as the subject of
    an agreement it is a theme.
    """
    return expression(_SUBJECT).fullmatch(text.strip(" .?")) is not None


def without_idle(text: str) -> str:
    """``text`` without expressions that only sound like what befalls somebody, and without "they":
    that is no single person.
    """
    low = text.lower()
    if any(map(low.__contains__, _IN_THEME)):
        text = expression(_THEME).sub(" ", text)
    if any(map(low.__contains__, _IN_IDLE)):
        text = expression(_IDLE).sub(" ", text)
    if ("ze " in low or "zij " in low or low.endswith(("ze", "zij"))) and _THEY.search(text):
        text = _SHE.sub(" ", text)
    return text
