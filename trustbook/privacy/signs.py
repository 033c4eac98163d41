"""What tells of whom a text speaks and what befell them: each a mark at a place in its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from trustbook.privacy.idle_words import without_idle
from trustbook.privacy.late import expression
from trustbook.privacy.lexicon import classes_of, lexicon, plain_word, words_of

# Offices and papers whose numbers are of persons only; and those with numbers of other things too.
_OF_PERSONS = (
    r"parket|v-|vreemdelingen|mutatie|client|cliënt|patient|patiënt|detentie|penitentiair|skn|bvh"
    r"|pv-?|proces-verbaal|vt-?meld|vt-? ?melding|zorgmelding|jeugdzorg|jeugdhulp|gezinsvoogdij|jb"
    r"|reclassering|reclasserings|rn-|str-dossier|strafzaak|gcos|cjib|asiel|uitkerings"
    r"|kinderbescherming|jeugdbescherming|kinderrechter|strafrecht|justitieel|ggz|wvggz"
    r"|crime|urn|custody|pnc|home office|rvdk|prison|aangifte|asylum|probation|admission|nhs|inmate"
    r"|channel|marac|pga|mappa|court|offending|social care|warrant|bail|tribunal|immigration"
)
_OF_ANYTHING = r"zaak|dossier|casus|case|rol|registratie|meld|referral|reg|ind|incident"
# OM is the prosecution, om is "at" before a time of day.
_PROSECUTION = r"(?-i:\bOM)|\b(?:kenmerk|parket) om"
_NO_TELEPHONE = r"(?!(?:tel|mob|fax)\b)(?!0\d{1,3}[- ]?\d{5,8}\b)"
_NO_DATE = r"(?!\d\d?[-/.]\d\d?[-/.](?:19|20)\d\d)"
_NUMBER = (
    r"[ -]?(?:nr|nummer|no|num|number|ref|reg|id|dossier)?[.: #]{0,3}"
    rf"{_NO_TELEPHONE}[a-z]{{0,3}}[-/ ]?{_NO_TELEPHONE}{_NO_DATE}\d[\d./ -]{{2,}}"
)
# The same with a word or two between, where the number is too long for a year, a date, an amount
# or a telephone number.
_LONG_NUMBER = (
    rf"\w*(?:\W{{1,3}}(?!(?:tel|mob|fax))[a-z]\w*){{0,2}}\W{{1,3}}{_NO_TELEPHONE}"
    r"(?!\d\d?[-/]\d\d?[-/]\d)(?!20\d\d[-/](?:20)?\d\d\b)"
    r"(?:[a-z]{1,3}[-/ ]?(?:\d[a-z./ -]{0,3}){4}|(?:\d[a-z./ -]{0,3}){5})"
)
# Numbers that only an office for persons gives out.
_CASE_NUMBER = (
    r"(?i)"
    r"\b\d{2}[/.-]\d{6}[-/]\d{2}\b|\bpl\s?\d{4}[ -]?\d{4}[ -]?\d{2,}|\b2[0-9]-\d{6}-\d{2}\b"
    r"|\bv-?\s?(?:nummer|nr)\W{0,3}\d[\d.]{6,}|\b\d{2}\.\d{6}\.\d{2}\b|\bC/\d{2}/\d{6}\b"
    r"|\b(?:FA|JE) RK \d{2}-\d"
)
_PERSONS_NUMBER = (
    r"(?i)"
    rf"\b(?:{_OF_PERSONS})(?:{_NUMBER}|{_LONG_NUMBER})"
)
_OFFICE_NUMBER = (
    r"(?i)"
    rf"(?:\b(?:{_OF_ANYTHING})|{_PROSECUTION}){_NUMBER}"
    r"|\b(?:casus|case|dossier|zaak)(?:nr|nummer)\W{0,2}\d"
)
_TEENS_AND_TENS = (
    r"(?:(?:der|veer|vijf|zes|zeven|acht|negen)tien|elf|twaalf"
    r"|(?:(?:een|twee|drie|vier|vijf|zes|zeven|acht|negen)[eë]n)?"
    r"(?:twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig)"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teen|eleven|twelve"
    r"|(?:twenty|thirty|forty|fifty|sixty|seventy)(?:[- ]\w+)?)"
)
_ONE_OF_AN_AGE = (
    r"(?:jongen|jongeman|meisje|man|vrouw|knul|gast|kind|zoon|dochter|broer|broertje|zus|zusje"
    r"|leerling|scholier|boy|girl|lad|youth|pupil|son|daughter|woman)"
)
_AGE = (
    r"(?i)"
    r"\b\d{1,2}[- ]?(?:jarig|jr\b|jaar oud|y/?o\b|y(?:ea)?rs?[- ]old|yrs?\b|year[- ]old|years old)"
    r"|\b[mv]/? ?[1-6]\d\b|\baged (?:\d\d?|[a-z]+teen)\b(?! ?(?:to|and|-|t/m|tot)\b)"
    r"|(?<=\S )\([1-8]\d\)|, ?[1-8]\d(?=,)"
    r"|\b(?<!groep )(?<!team )(?<!totaal )(?<!aantal )(?<!group )(?<!lijst )"
    r"(?:van|of|is|was|pas|maar|male|female) [1-8]\d(?= |$)"
    r"(?! (?:t/m|tot|naar|to|deelnemers|mei|jaar sam))"
    r"|\b(?:jongens?|meisjes?|broers?|boys?|girls?|brothers|sisters|zusjes?|kids),? [1-2]\d\b"
    rf"|\b{_TEENS_AND_TENS}[- ]?(?:jarige?|year[- ]old)"
    rf"|\b{_ONE_OF_AN_AGE} (?:van|of) (?:begin |eind |rond de )?{_TEENS_AND_TENS}\b"
    r"|\b(?:is|was|pas|net) (?:\w+tien|elf|twaalf)\b"
    r"|\bin (?:his|her) (?:twen|thir|for|fif|six)ties\b"
)
_BETWEEN = r"(?:(?:el|al|van|de|der|den|v\.?d?\.?|'t) ?-?)"
_INITIALS = (
    # A.B. or M. el K., but no J.P. de Wit, C.B.S. De Ark or drs. P.;
    # nor T.a.v., N.V. or a first P.S.
    r"(?<![\w.])(?!^(?:P\.S|N\.B|L\.S)\.)(?!(?:B\.V|N\.V|U\.S|V\.S|E\.U)\.)"
    r"(?!(?:A\.P\.V|G\.G\.D|V\.N\.G|E\.H\.B\.O|A\.V\.G)\.)"
    rf"(?!^[A-Z]\.(?:[a-z]\.)++(?! ?[A-Z]\.))(?<!drs\. )(?<!dr\. )(?<!mr\. )(?<!afd\. )"
    rf"(?>(?:[A-Z][a-z]?\. ?){{1,5}}){_BETWEEN}*+"
    r"(?:[A-Z]\.?(?![\w&-])|(?![A-Z][\w'.]+|-))(?<!St\. )(?<!St\.)"
    r"|\b(?:[A-Z][a-z]+|[Mm]eneer|[Dd]hr\.?|[Mm]w\.?|[Mm]evr\.?|Mrs?) (?:[Vv]an )?"
    rf"{_BETWEEN}*[A-Z]\.?(?![\w.&'-])(?! [A-Z][a-z])"
)
# The same typed in haste, r.s. or h. el m.; a surname behind it makes it somebody in a role.
_SMALL_INITIALS = (
    r"(?<![\w.])(?!(?:a\.s|a\.m|p\.m|o\.a|e\.a|e\.d|i\.e|e\.g|d\.d|n\.b|p\.s|m\.n|m\.i|b\.v|n\.v"
    r"|c\.q|c\.s|v\.a|v\.d|l\.s|h\.t|r\.k|u\.s|p\.p|p\.j|p\.w|w\.o|q\.q|j\.l|h\.o\.d)\.)"
    rf"[a-z]\. ?{_BETWEEN}?[a-z]\.(?!\w)"
)
# What a court gives: "got 14 months", but no months of a grant.
_SENTENCE = (
    r"(?i)"
    r"\b(?:got|gets|given|serving|faces|kreeg|krijgt|gekregen|geëist|eiste?n?|uitzit|zit nog) "
    r"(?:\w+ )?\d{1,3} ?(?:months|years|weeks|mnd|maanden|jaar|jr|weken)\b"
    r"(?! (?:subsidie|contract|verlof|funding|leave|pensioen|de tijd|garantie|huur|uitstel|notice))"
    r"|\b\d{1,3} ?(?:mnd|maanden|jaar|uur) (?:cel|taakstraf|werkstraf|tbs|voorwaardelijk)\b"
)
_ADDRESS = (
    r"[A-Z]\w*(?:straat|str|weg|laan|plein|dijk|hof|kade|pad|singel|gracht|dreef|park)\.? \d+"
    r"|\b\d+ [A-Z][a-z]+ (?:Lane|Road|Street|Close|Avenue|Drive)\b"
    r"|\b(?:nr|flat|nummer|huisnr|number)\.? \d+"
)
_BORN = (
    r"(?i)"
    r"\b(?:geb(?:oren)?\.?|born|dob|d\.o\.b\.)(?: op| d\.d\.| on|:)? "
    r"\d{1,2}[-/. ](?:\d{1,2}|[a-z]{3,9})[-/. ]\d{2,4}"
)
# What befell somebody, with other words between: "komt in maart vrij", "moet morgen voorkomen".
_BEFALLEN = (
    r"(?i)"
    r"\b(?:komt|kwam) (?:in|op|over|per|volgende|deze|morgen|vandaag|binnenkort|begin|eind|half"
    r"|weer|eerder|straks|dit) (?:\w+ ){0,3}?vrij\b(?! (?:op|om|voor))"
    r"|\bmoe(?:t|st) (?:in|op|volgende|deze|morgen|weer|\d+) ?(?:\w+ ){0,3}?voorkomen\b"
    r"|\b(?:zit|zat) (?:weer |nog |al |sinds \w+ |nu )*vast\b(?! (?:aan|met|op))"
    r"|\b(?:is|was|werd) (?:vannacht|gisteren|vanochtend|vandaag|weer|opnieuw|zondag|maandag"
    r"|dinsdag|woensdag|donderdag|vrijdag|zaterdag) (?:\w+ ){0,2}?"
    r"(?:opgenomen|opgepakt|meegenomen|gehaald)\b"
)
# The first word of a line, spelled as a name, of which something is told.
_SUBJECT = re.compile(
    r"^([A-Z][a-zà-ÿ]+)(?: [A-Z]\.?)? (?:heeft|had|is|was|werd|wordt|zit|zat|wil|wilde|gaat|ging"
    r"|kreeg|krijgt|dreigt|mag|mocht|moet|loopt|liep|woont|komt|kwam|zegt|zei|belt|zoekt|staat"
    r"|stond|has|had|got|gets|wants|wanted|went|joined|lives|says|said|told|keeps|threw|took"
    r"|will)\b"
)
_CASE_NAME = (
    r"\b(?:[Cc]asus|[Dd]ossier|[Zz]aak|[Cc]ase of|[Cc]ase) "
    r"(?:van |over |rond |tegen |inzake |the |de |het )?"
    r"(?:[Gg]ezin|[Ff]am(?:ilie|\.)?|[Dd]hr|[Mm]evr|[Mm]w|[Mm]eneer|[Mm]evrouw"
    r"|[A-Z]\.|[A-Z]\b(?! ?&)"
    r"|(?:Van|De|Den(?! Haag| Bosch| Helder| Ham| Burg)|Ter|Ten|El|Al|Ben|Bin|Abu|Abou"
    r"|Oul[ae]d|Ait|Mr|Mrs|Ms) "
    r"?(?:der |den |de )?[A-Z]"
    r"|[A-Z][a-z-]+ family\b"
    r"|[A-Z][a-z]+(?:sen|stra|sma|inga|ema|ink|mans|oglu|ić|ovic|ski|man|ers)\b)"
)
# What must stand in a text for a mark to be looked for, with the marks.
_MARKS = (
    (re.compile(r"[0-9]"), (
        ("case_number", _CASE_NUMBER), ("office_number", _OFFICE_NUMBER),
        ("persons_number", _PERSONS_NUMBER), ("address", _ADDRESS), ("born", _BORN),
        ("sentence", _SENTENCE),
    )),
    (re.compile(r"(?i)[0-9]|tien|teen|jarig|year|elf|twaalf|ties|twintig|ertig"), (("age", _AGE),)),
    (re.compile(r"\b[A-Z](?:\b|[a-z]?\.)"), (("initials", _INITIALS),)),
    (re.compile(r"[a-z]\. ?(?:\w+ )?[a-z]\."), (("small_initials", _SMALL_INITIALS),)),
    (re.compile(r"(?i)vrij\b|voorkomen|vast\b|opge|meegen|gehaald"), (("befallen", _BEFALLEN),)),
    (re.compile(r"[Cc]as(?:us|e)|[Dd]ossier|[Zz]aak"), (("case_name", _CASE_NAME),)),
)  # fmt: skip
_CAPITAL = re.compile(r"\b[A-Z][^\W\d_]*")
_HEADING = re.compile(r"^\S+(?: \S+)?:")
# How a word ends that tells of somebody, and is no noun: dreigt, opgepakt, verslaafd, psychotisch.
_BENT = re.compile(
    r"(?<=[a-z]{3})(?:[^h]t|d|isch|ief|aal|[^s]tic)$"
    r"(?<!haat)(?<!bezit)(?<!geweld)(?<!dienst)(?<!post)(?<!traject)"
)
_PARTICIPLE = re.compile(
    r"^(?:ge|ver|be|ont|her|af|op|over|uit|in|aan|mee|weg|terug)[a-z]{3,}(?:t|d|en)$|[a-z]{3}ed$"
    r"|^(?:taken|broken|lost|given|seized|off|kwijt|af)$"
)
_ENGLISH_VERB = re.compile(r"[a-z]{3}[^s]s$")
_AFTER_NOUNS = frozenset("on of and or against between as from among are were have online".split())
_ADVERBS = frozenset(
    "weer opnieuw nu al nog net toch is was werd wordt heeft again back still now has had"
    " got".split()
)
_HARD = frozenset("fate deed measure condition belief conflict".split())
_ONES_OWN = frozenset(("measure", "condition", "fate"))
_PREPOSITIONS = frozenset("over van met in naar door aan om bij voor na op tijdens wegens".split())
_HIS = frozenset("zijn haar z'n d'r his her".split())
_SUBJECTS = frozenset("er we wij jullie ze zij de het alle deze die dit niet nog blij".split())
_LOOKED_INTO = frozenset(("name", "possessive"))


@dataclass(frozen=True, slots=True)
class Signs:
    """What was seen in a text.

    Its ``words``, the classes ``at`` each place (number of the word, class), and the ``marks`` that
    stand somewhere in it (age, initials, numbers of offices, addresses).
    """

    words: list[str]
    at: list[tuple[int, str]]
    marks: frozenset[str]

    def classes(self) -> set[str]:
        """All classes that occur."""
        return {name for _, name in self.at}


def signs_of(text: str) -> Signs:
    """The signs in a text (plain signs, see ``plain_text``)."""
    text = without_idle(text)
    words = words_of(text)
    at = [(i, name) for i, word in enumerate(words) for name in classes_of(word)]
    at += [(i, name) for i, found in lexicon().expressions(words) for name in classes_of(found)]
    if any(name in _LOOKED_INTO for _, name in at):
        at = _those_meant(text, words, at)
    marks = {*_marks_in(text)}
    if not _HEADING.match(text) and _leaves_out_whom(words, at):
        marks.add("unnamed")
    return Signs(words, sorted(at), frozenset(marks))


def _leaves_out_whom(words: list[str], at: list[tuple[int, str]]) -> bool:
    """Whether a text begins with what somebody did or what befell them, and leaves out whom:
    "dreigt met bom", "weer opgepakt", "passport taken".
    """
    first = next((i for i, word in enumerate(words) if word not in _ADVERBS), len(words))
    told = {name for i, name in at if i == first} & _HARD
    if not told or first + 1 >= len(words):
        return False
    return _tells_of_somebody(words[first], words[first + 1], told)


def _tells_of_somebody(word: str, then: str, told: set[str]) -> bool:
    """Whether a word of some classes, before another, is no noun that names a theme."""
    if _BENT.search(word) or (told & _ONES_OWN and _PARTICIPLE.search(then)):
        return True
    return "deed" in told and bool(_ENGLISH_VERB.search(word)) and then not in _AFTER_NOUNS


def _those_meant(text: str, words: list[str], at: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The signs but for names in small letters, and "his" and the like that is of nobody."""
    capitals = set(map(plain_word, _CAPITAL.findall(text)))
    small = {(i, "name") for i, word in enumerate(words) if word not in capitals}
    alone = {(i, "possessive") for i in range(len(words))} - _of_somebody(words, at)
    return [one for one in at if one not in small | alone]


def _of_somebody(words: list[str], at: list[tuple[int, str]]) -> set[tuple[int, str]]:
    """Where "his" and the like would be of kin (directly before it, or with a word between), or of
    what befell somebody: "off his meds", "over zijn enkelband", but no "er zijn wapens".
    """
    kin = [i for i, name in at if name in ("kin", "person")]
    theirs = {i - 1 for i, name in at if name in _ONES_OWN and i > 0}
    before = {i - distance for i in kin for distance in (1, 2)}
    before |= {*filter(_is_his(words), theirs)}
    if _begins_with_his(words):
        before.add(0)  # a line that begins with "his" or "her" tells of somebody
    return {(i, "possessive") for i in before}


def _begins_with_his(words: list[str]) -> bool:
    """Whether the first word is "his" or "her", and not the verb of "zijn er", "zijn wij"."""
    if words[:1] == ["zijn"]:
        return len(words) > 1 and words[1] not in _SUBJECTS
    return bool(words) and words[0] in _HIS


def _is_his(words: list[str]) -> Callable[[int], bool]:
    """Whether the word at a place means "his": Dutch "zijn" does so behind a preposition."""
    return lambda i: words[i] != "zijn" or (i > 0 and words[i - 1] in _PREPOSITIONS)


def _marks_in(text: str) -> Iterator[str]:
    for needed, marks in _MARKS:
        if needed.search(text):
            yield from (name for name, pattern in marks if expression(pattern).search(text))
    first = _SUBJECT.match(text)
    if first and not classes_of(plain_word(first[1])):
        yield "subject"
