"""What happens to the server: it is stopped, or many ask it for much."""

from __future__ import annotations

import signal
from time import monotonic, sleep

from tests.faults.office import Office
from tests.files import hostile as files
from tests.service.desk import ENTRIES, Answer, Browser

STOPS, EXPORTS = 5, 20
HOSTILE = ("billion laughs", "bomb", "deep nesting", "cells without end", "one text without end")
LARGEST = 400  # MB more than before


def sigterm(office: Office) -> str:
    """Requests end or are refused; whoever was told that it is saved finds it there."""
    longest = 0.0
    for _stop in range(STOPS):
        working = office.save_for(4)
        sleep(2)
        began = monotonic()
        office.service.stop(signal.SIGTERM)
        longest = max(longest, monotonic() - began)
        office.service.start()
        for each in working:
            each.result()
    assert not office.service.faults(), office.service.faults()
    return f"{office.nothing_is_lost()}; stopped {STOPS} times, within {longest:.1f} s"


def exports(office: Office) -> str:
    """Of twenty at once some are asked to come later; pages go on, memory stays bounded."""
    reader = _reader(office)
    address = f"/targets/export/?plan={office.town['plan']}"
    before = office.service.memory()
    asked = [office.pool.submit(_beside(reader, office).get, address) for _each in range(EXPORTS)]
    waits = _pages_meanwhile(office, asked)
    answers = [each.result() for each in asked]
    told = sorted({answer.status for answer in answers})
    assert set(told) <= {200, 503}, told
    written = sum(answer.status == 200 for answer in answers)
    assert written >= 8, told
    more = office.service.memory() - before
    assert more < LARGEST, f"{more} MB more"
    return f"{written} of {EXPORTS} written, {EXPORTS - written} asked to come later; {waits}; {more:+} MB"


def hostile(office: Office) -> str:
    """Each is refused in words, and the others are served meanwhile."""
    before = office.service.memory()
    sent = [office.pool.submit(_upload, official.browser, files.FILES[name][0]())
            for official, name in zip(office.officials, HOSTILE, strict=False)]  # fmt: skip
    waits = _pages_meanwhile(office, sent)
    answers = [each.result() for each in sent]
    told = sorted({answer.status for answer in answers})
    assert told == [302], told
    for official, answer in zip(office.officials, answers, strict=False):
        page = official.browser.get(answer.location).content.decode()
        assert "填报表.xlsx：" in page, "it is not said why"
    more = office.service.memory() - before
    assert more < LARGEST, f"{more} MB more"
    return f"{len(answers)} refused in words; {waits}; {more:+} MB"


def _upload(browser: Browser, content: bytes) -> Answer:
    token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"], "_read": "1"}
    return browser.send(f"{ENTRIES}/desk/sheets/", token, ("sheets", "填报表.xlsx", content))


def _reader(office: Office) -> Browser:
    browser = Browser(office.service.port)
    browser.sign_in(office.town["readers"][0], office.town["password"])
    return browser


def _beside(browser: Browser, office: Office) -> Browser:
    """Another window of the same reader."""
    other = Browser(office.service.port)
    other.cookies = dict(browser.cookies)
    return other


def _pages_meanwhile(office: Office, until_done: list) -> str:
    reader, waits = _reader(office), []
    while not waits or not all(each.done() for each in until_done):
        began = monotonic()
        answer = reader.get(f"/targets/?plan={office.town['plan']}")
        waits.append(monotonic() - began)
        assert answer.status == 200, answer.status
    return f"{len(waits)} pages meanwhile, the slowest {max(waits):.1f} s"
