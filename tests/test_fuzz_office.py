"""The trial of rounds at a workbook on a server: one thing happens at a time, and nothing is looked
at while anything is under way.
"""

from __future__ import annotations

from threading import Event, Thread

from fuzz_office import Faults


def test_who_asks_what_became_of_a_night_waits_for_its_last_request() -> None:
    """The night itself may not: after a while without an answer it goes on."""
    faults, asked, answered, seen = Faults(), Event(), Event(), list[str]()

    def serve() -> None:
        with faults.request():
            asked.set()
            assert answered.wait(5)
            seen.append("answered")

    def look() -> None:
        faults.end()
        seen.append("looked")

    serving, looking = Thread(target=serve), Thread(target=look)
    serving.start()
    assert asked.wait(5)
    looking.start()
    looking.join(0.1)
    assert seen == []
    answered.set()
    serving.join()
    looking.join()
    assert seen == ["answered", "looked"]


def test_nobody_does_anything_while_another_does_or_the_server_writes() -> None:
    faults, seen = Faults(), list[str]()
    saving = Thread(target=faults.one_at_a_time(lambda: seen.append("saved")))
    with faults.alone:
        saving.start()
        saving.join(0.1)
        assert seen == []
    saving.join()
    assert seen == ["saved"]
