"""A quick look that spares most names a judgement: a text that it passes over would not be
withheld.
"""

from __future__ import annotations

import re

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
