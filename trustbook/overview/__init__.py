"""The quarterly overview: numbers, editions, drawings and the forms it comes in.

Order of work: numbers.count_numbers → editions.restrict_to_edition (drops names) →
public.limit_public and saying_less.say_less (drop numbers of the public edition) →
wording.template_context → one of the renderers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trustbook.model import Book
    from trustbook.overview.editions import Figures
    from trustbook.overview.naming import Edition
    from trustbook.overview.period import Span
    from trustbook.overview.published import PublishedPage
    from trustbook.overview.team import TeamMemory


def count_quarter(
    book: Book,
    span: Span,
    today: date,
    edition: Edition = "public",
    lang: str | None = None,
    facts_as_of: str = "now",
    published: Sequence[PublishedPage] = (),
    memory: TeamMemory | None = None,
) -> Figures:
    """The figures of ``span`` that ``edition`` may show.

    They are as of its last day, or of ``today`` while it still runs. ``lang`` ("nl" or "en", else
    the book's) is the language of next steps; ``facts_as_of`` is "then" when the book's undated
    facts (rhythm, tier, holder) are those of the last day, "now" when they are today's.
    ``published`` are the public overviews made before, which the public edition is checked with;
    ``memory`` is what the ledger tells the team edition.
    """
    if edition == "public":
        return count_public(book, span, today, lang, facts_as_of, published)[0]
    from trustbook.overview.editions import restrict_to_edition
    from trustbook.overview.numbers import count_numbers

    numbers = count_numbers(book, span, today, lang or book.lang, facts_as_of)
    return restrict_to_edition(numbers, edition, memory)


def count_public(
    book: Book,
    span: Span,
    today: date,
    lang: str | None,
    facts_as_of: str,
    published: Sequence[PublishedPage],
) -> tuple[Figures, PublishedPage]:
    """The figures of the public edition, see ``count_quarter``; and as they are remembered."""
    from trustbook.overview.editions import restrict_to_edition
    from trustbook.overview.numbers import count_numbers
    from trustbook.overview.public import as_then, civil_groups, limit_public
    from trustbook.overview.published import beside, remembered_page
    from trustbook.overview.saying_less import say_less

    numbers = count_numbers(book, span, today, lang or book.lang, facts_as_of)
    few = {day for page in beside(span, published) for day in page.few}
    groups = as_then(civil_groups(numbers), span, few)
    limited = limit_public(restrict_to_edition(numbers, "public"), numbers, groups)
    figures = say_less(limited, groups, published)
    return figures, remembered_page(figures, groups, today)
