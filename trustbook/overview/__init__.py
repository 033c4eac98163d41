"""The quarterly overview: numbers, editions, drawings and the forms it comes in.

Order of work: numbers.count_numbers → editions.restrict_to_edition (drops what may not be shown) →
wording.template_context → one of the renderers.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trustbook.model import Book
    from trustbook.overview.editions import Figures
    from trustbook.overview.naming import Edition
    from trustbook.overview.period import Span


def count_quarter(
    book: Book,
    span: Span,
    today: date,
    edition: Edition = "public",
    lang: str | None = None,
    facts_as_of: str = "now",
) -> Figures:
    """The figures of ``span`` that ``edition`` may show.

    They are as of its last day, or of ``today`` while it still runs. ``lang`` ("nl" or "en", else
    the book's) is the language of next steps; ``facts_as_of`` is "then" when the book's undated
    facts (rhythm, tier, holder) are those of the last day, "now" when they are today's.
    """
    from trustbook.overview.editions import restrict_to_edition
    from trustbook.overview.numbers import count_numbers

    numbers = count_numbers(book, span, today, lang or book.lang, facts_as_of)
    return restrict_to_edition(numbers, edition)
