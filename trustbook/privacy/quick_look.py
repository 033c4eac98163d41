"""Quick looks that spare most texts a judgement: a text that one passes over would be judged to be
no case.
"""

from __future__ import annotations

import re

from trustbook.privacy.lexicon import TELLING, classes_of, lexicon

# What may make a number, initials or an age; and what hides words from a quick look.
_MAY_MARK = re.compile(
    r"[0-9]{2}|[0-9][\s./_-]+[0-9]|\b[A-Z](?:\b|[a-z]?\.)|\b[a-z]\.\s*[a-z]\."
    r"|[^\x00-\x7f]|BSN|[Bb]sn|[Vv]rij\b|[Vv]oorkomen|[Vv]ast\b|[Oo]pge|[Mm]eegen|[Gg]ehaald"
    r"|[Cc]asus|[Dd]ossier|[Zz]aak\b|[Cc]ase\b|(?:straat|str|weg|laan|plein|dijk|hof|kade|pad"
    r"|singel|gracht|dreef|park|nr|nummer|flat|number)\.? [0-9]"
)
_WORD = re.compile(r"[a-z0-9]+(?:[-'][a-z0-9]+)*")


def may_tell(text: str) -> bool:
    """A quick look: whether ``text`` may hold any sign. Most texts of a network hold none."""
    if _MAY_MARK.search(text):
        return True
    words = _WORD.findall(text.lower())
    if not all(map(TELLING.isdisjoint, map(classes_of, words))):
        return True
    told = (classes_of(expression) for _, expression in lexicon().expressions(words))
    return not all(map(TELLING.isdisjoint, told))


# One of these stands in every text that surely speaks of a case, but for its numbers.
_SURE = re.compile(
    r"[0-9]{2}|[0-9][^0-9a-z]+[0-9]|verdacht|casus|dossier|zaak|zorg(?:en)?\b|signa|melding"
    "|vermoed|aangifte"
    "|concern|suspect|detainee|returnee|case|radicali|aangehouden|opgepakt|gearresteerd"
    "|veroordeeld|uitgereisd|gedetineerd|opgenomen|gesteld|geplaatst|arrested|detained|convicted"
    "|sectioned|charged|imprisoned|[^\x00-\x7f]|bsn",
    re.IGNORECASE,
)


def may_be_sure(text: str) -> bool:
    """A quick look: whether ``text`` may be withheld, rather than asked about. Most names of
    partners and people are not.
    """
    return _SURE.search(text) is not None
