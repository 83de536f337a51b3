"""The officials of a town, signed in and at their desks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.service.desk import Browser, Official

AT_ONCE = 8  # each costs a third of a second of hashing


def signed_in(port: int, town: dict[str, Any]) -> list[Official]:
    officials = [
        Official(Browser(port), who["name"], town["plan"], town["period"], who["unit"], who["targets"])
        for who in town["officials"]
    ]
    sign_in([official.browser for official in officials], [official.name for official in officials], town)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(Official.find_pages, officials))
    return officials


def sign_in(browsers: list[Browser], names: list[str], town: dict[str, Any]) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(Browser.sign_in, browsers, names, [town["password"]] * len(names)))
