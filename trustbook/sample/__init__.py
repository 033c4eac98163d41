"""Three years in the network of a municipality that does not exist; demo.py makes it a workbook.

Every partner has a rhythm of its own and a fate: the silence at the end of its log is chosen, all
before it is chance. Rows are plain dictionaries, column key (columns.py) to value; the same seed
gives the same rows.
"""

from __future__ import annotations

from datetime import date, timedelta

from trustbook.sample.draw import Draw
from trustbook.sample.log import SampleLog
from trustbook.sample.network import sample_consultations, sample_people, sample_relations
from trustbook.sample.routes import sample_routes


class Sample:
    """The network in ``lang``, with the three years before ``today``."""

    def __init__(self, lang: str, today: date, seed: int) -> None:
        self.lang, self.today = lang, today
        self.crises = [(today - timedelta(days=430), 9), (today - timedelta(days=34), 8)]
        self.quiet = (_last_summer(today), 23)
        # One stream of chance runs through all of it: another order would be another network.
        draw = Draw(lang, today, seed)
        self.words = draw.words
        self.relations = sample_relations(draw)
        self.people = sample_people(draw, self.relations)
        self.consultations = sample_consultations(draw, self.relations)
        self.routes = sample_routes(lang, self.relations, today)
        log = SampleLog(draw, self.crises, self.quiet)
        self.moments = log.moments(self.relations, self.consultations)


def _last_summer(today: date) -> date:
    """The first day of the last summer recess that is over."""
    return date(today.year if today >= date(today.year, 8, 17) else today.year - 1, 7, 25)
