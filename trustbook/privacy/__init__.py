"""The guard against case data: columns with no place in a trust network, cells with a case.

What it finds is reported without its value and copied nowhere. docs/privacy.md says what it sees
and what it cannot see.
"""

from trustbook.privacy.guard import (
    PERHAPS,
    GradedTexts,
    TextGuard,
    grade,
    graded_to_keep,
    is_text_reference,
    plain_text,
    spoken,
    withheld,
)
from trustbook.privacy.headers import refused_header, refused_kinds
from trustbook.privacy.idle_words import is_worry_of_any
from trustbook.privacy.numbers import says_citizen_number

__all__ = [
    "PERHAPS",
    "GradedTexts",
    "TextGuard",
    "grade",
    "graded_to_keep",
    "is_text_reference",
    "is_worry_of_any",
    "plain_text",
    "refused_header",
    "refused_kinds",
    "says_citizen_number",
    "spoken",
    "withheld",
]
