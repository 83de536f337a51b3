"""A person at a browser: signs in, reads pages, types figures into the product's own forms and saves."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import quote, urlencode

from tests.pages import form_on

ENTRIES = "/admin/targets/progressentry"
DESK = f"{ENTRIES}/desk/"


@dataclass(frozen=True)
class Answer:
    status: int  # 0: none came
    content: bytes = b""
    location: str = ""


class Browser:
    """Keeps cookies, follows nothing, sends what a form holds. One connection a request, as nginx does."""

    def __init__(self, port: int, timeout: float = 60) -> None:
        self.port, self.timeout = port, timeout  # nginx waits a minute
        self.cookies: dict[str, str] = {}

    def get(self, address: str) -> Answer:
        return self._ask("GET", address)

    def post(self, address: str, fields: dict[str, Any]) -> Answer:
        return self._ask("POST", address, urlencode(fields, doseq=True).encode())

    def send(self, address: str, fields: dict[str, str], file: tuple[str, str, bytes]) -> Answer:
        """With a file: (field, name, content)."""
        edge = "----edge-of-a-part"
        parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
                 for name, text in fields.items()]  # fmt: skip
        field, name, content = file
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
        body = b"".join([*parts, head.encode(), content, f"\r\n--{edge}--\r\n".encode()])
        return self._ask("POST", address, body, f"multipart/form-data; boundary={edge}")

    def _ask(
        self, method: str, address: str, body: bytes | None = None,
        kind: str = "application/x-www-form-urlencoded",
    ) -> Answer:  # fmt: skip
        told = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": told} | ({"Content-Type": kind} if body is not None else {})
        connection = HTTPConnection("127.0.0.1", self.port, timeout=self.timeout)
        try:
            connection.request(method, quote(address, safe="/?&=%"), body, headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, HTTPException):
            return Answer(0)
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie", ()):
            name, _equals, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')
        return Answer(answer.status, content, answer.headers.get("Location", ""))

    def sign_in(self, username: str, password: str) -> None:
        form = form_on(self.get("/login/"), "")
        answer = self.post("/login/", {**form, "username": username, "password": password})
        if answer.status != 302:
            raise RuntimeError(f"{username} is not signed in: {answer.status}")


@dataclass
class Save:
    """One that was sent. `words` are its own, so that it is found again; done: the answer said so."""

    target: int
    value: str
    words: str
    is_done: bool = False
    status: int = 0

    def told(self) -> dict[str, Any]:
        return asdict(self)


class Official:
    """Saves figures of the given targets in turns: one at the desk, the next on the form of one entry."""

    def __init__(
        self, browser: Browser, name: str, plan: str, period: int, unit: int, targets: list[int]
    ) -> None:
        self.browser, self.name, self.targets = browser, name, targets
        self.desk = f"{DESK}?plan={plan}&period={period}&unit={unit}"
        self.saves: list[Save] = []
        self.open_at: tuple[str, dict[str, Any], Save] | None = None  # address, fields, what they will save
        self._pages: dict[int, str] = {}  # target → the page of the desk that lists it
        self._entries: dict[int, str] = {}  # target → the address of its draft

    @property
    def is_next_at_the_desk(self) -> bool:
        return len(self.saves) % 2 == 0

    def open(self) -> Answer:
        """The page on which the next figure is typed; `save` sends it."""
        number = len(self.saves)
        target = self.targets[number % len(self.targets)]
        save = Save(target, str(number % 97 + 1), f"{self.name}第{number + 1}次填报，按计划推进。")
        self.open_at = None
        return self._open_desk(save) if self.is_next_at_the_desk else self._open_form(save)

    def save(self) -> Answer:
        assert self.open_at is not None
        address, fields, save = self.open_at
        self.open_at = None
        self.saves.append(save)
        answer = self.browser.post(address, fields)
        save.status = answer.status
        save.is_done = answer.status == 302 and not answer.location.startswith("/login/")
        if save.is_done:
            self._is_led_to(save.target, answer)
        return answer

    def _is_led_to(self, target: int, answer: Answer) -> bool:
        """Whether it names the draft on the target, whose form is from now on that of a change."""
        found = re.search(rf"{ENTRIES}/\d+/change/", answer.location)
        if found:
            self._entries[target] = found[0]
        return bool(found)

    def _open_desk(self, save: Save) -> Answer:
        page = self.browser.get(self._pages.get(save.target, self.desk))
        fields = form_on(page, "desk") if page.status == 200 else {}
        row = next((name for name in fields if re.fullmatch(rf"{save.target}-\w+-seen_version", name)), None)
        if row is not None:
            typed = {"narrative": save.words} | self._figure(fields, row, save)
            prefix = row.removesuffix("seen_version")
            sent = {**fields, **{f"{prefix}{name}": text for name, text in typed.items()}, "_save": "1"}
            self.open_at = self._pages.setdefault(save.target, self.desk), sent, save
        return page

    @staticmethod
    def _figure(fields: dict[str, Any], row: str, save: Save) -> dict[str, str]:
        takes_one = row.replace("seen_version", "value") in fields
        if not takes_one:
            save.value = ""
        return {"value": save.value} if takes_one else {}

    def _open_form(self, save: Save) -> Answer:
        address = self._entries.get(save.target, f"{ENTRIES}/add/?target={save.target}")
        page = self.browser.get(address)
        if page.status == 302 and self._is_led_to(save.target, page):
            address = self._entries[save.target]
            page = self.browser.get(address)
        fields = form_on(page, "progressentry_form") if page.status == 200 else {}
        if "narrative" in fields:
            typed = {"narrative": save.words} | self._figure(fields, "seen_version", save)
            self.open_at = address, {**fields, **typed, "_save": "1"}, save
        return page

    def find_pages(self, pages: int = 9) -> None:
        """Where each of the targets stands on the desk; those that take nothing there are let go."""
        for number in range(1, pages + 1):
            address = f"{self.desk}&page={number}"
            text = self.browser.get(address).content.decode()
            shown = {int(pk) for pk in re.findall(r'name="(\d+)-\w+-narrative"', text)}
            if shown <= self._pages.keys():
                break
            self._pages |= {pk: address for pk in shown if pk not in self._pages}
        self.targets = [pk for pk in self.targets if pk in self._pages]
