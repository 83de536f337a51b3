"""Chromium against a served copy of the product, with the invented town in it."""

import os
import sqlite3
from datetime import date
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection

from targets.seed import accounts, articles, demonstration
from tests.factories import at

CHROMIUM = "/usr/bin/chromium"
TODAY = date(2025, 11, 21)
LOUD = ("error", "warning")  # of what a page says on the console


@pytest.fixture(scope="session", autouse=True)
def database_calls_beside_the_browsers_loop():
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    yield
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def chromium():
    playwright_api = pytest.importorskip("playwright.sync_api", reason="needs the development tools")
    if not os.path.exists(CHROMIUM):
        pytest.skip(f"needs {CHROMIUM}")
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        yield browser
        browser.close()


@pytest.fixture(autouse=True, scope="package")
def what_migrations_made(django_db_setup, django_db_blocker):
    """These tests empty the tables when they are done; other tests expect groups and rules."""
    yield
    with django_db_blocker.unblock():
        make_again()


def make_again():
    import_module("targets.migrations.0002_roles_rules_and_holidays").make(apps, None)


@pytest.fixture(scope="session")
def axe():
    return pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="needs the development tools"
    ).Axe()


@pytest.fixture(scope="session")
def town_as_made(django_db_setup, django_db_blocker):
    """User name → password of the invented town as of a fixed day, and a copy of its database.

    To make it takes seconds, to bring the copy back a moment.
    """
    copy = sqlite3.connect(":memory:", check_same_thread=False)
    with django_db_blocker.unblock():
        make_again()
        passwords = {account.username: account.password for account in accounts.load(demo=True)}
        articles.load(at=at(TODAY))
        demonstration.load(TODAY)
        connection.connection.backup(copy)
        call_command("flush", interactive=False, verbosity=0)
        connection.close()
    return passwords, copy


@pytest.fixture
def town(town_as_made, transactional_db):
    """The invented town: user name → password."""
    passwords, copy = town_as_made
    connection.ensure_connection()
    copy.backup(connection.connection)
    ContentType.objects.clear_cache()  # its keys are those of the copy now
    return passwords


@pytest.fixture
def opened(chromium, live_server):
    """Opens pages that note what must not happen: errors, warnings, requests that fail or go elsewhere."""
    faults, pages = [], []

    def fault(page, text):
        faults.append((page.url, text))

    def open_page(width, height):
        page = chromium.new_page(viewport={"width": width, "height": height}, base_url=live_server.url)
        pages.append(page)
        page.on("pageerror", lambda error: fault(page, str(error)))
        # what axe puts into a page to measure it is refused by our policy, and says no address
        page.on(
            "console",
            lambda said: said.type in LOUD and said.location["url"] and fault(page, said.text),
        )
        page.on(
            "request",
            lambda asked: asked.url.startswith((live_server.url, "data:")) or fault(page, asked.url),
        )
        # a download ends the navigation that asked for it, and a page that is left drops its pictures
        page.on(
            "requestfailed",
            lambda asked: asked.failure == "net::ERR_ABORTED" or fault(page, f"{asked.url}: {asked.failure}"),
        )
        return page

    yield open_page
    for page in pages:
        page.close()
    assert faults == []


@pytest.fixture(params=[(1440, 900), (390, 844)], ids=["desk", "phone"])
def window(request, opened):
    return opened(*request.param)
