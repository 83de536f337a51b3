"""One command from an empty folder to a running service with something to look at."""

from __future__ import annotations

import errno
import os
import socket
import sys
import time
from argparse import ArgumentParser
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from targets.management import text_table
from targets.management.described import DescribedCommand
from targets.seed import accounts, articles, demonstration
from tracker import bootstrap, readiness
from tracker.readiness import Lack

HOST = "127.0.0.1"
LOCK = "quickstart.lock"  # holds the address of whoever holds it, if that one serves
BUSY = gettext_lazy("Port %(port)s is in use by another program; choose another one with --port.")
REFUSED = gettext_lazy("Port %(port)s cannot be used: %(why)s. Choose another one with --port.")


class Command(DescribedCommand):
    about = gettext_lazy("Prepare the database, load the plans, make accounts and serve on this computer.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help=_("without the invented town"))
        parser.add_argument("--no-serve", action="store_true", help=_("prepare only"))
        parser.add_argument("--port", type=int, default=8000, help=_("8000 unless given"))

    def handle(self, *, no_demo: bool, no_serve: bool, port: int, **options: Any) -> None:
        address = "" if no_serve else f"http://{HOST}:{port}/"
        with (settings.DATA / LOCK).open("a+") as turn:
            if other := self._other(turn):
                self._leave(other, no_serve)
                return
            turn.truncate(0)
            turn.write(address)
            turn.flush()
            if not no_serve:
                _check_free(port)
            try:
                people = self._prepare(demo=not no_demo)
            except KeyboardInterrupt:
                raise CommandError(_("Stopped. Run it again to finish.")) from None
            self._tell(people)
            if no_serve:
                self._say(gettext_lazy("Ready to be served."))
                return
            self._say(gettext_lazy("Serving at %(address)s — Ctrl-C ends it."), address=address)
            self.stdout.flush()
            os.set_inheritable(turn.fileno(), True)  # held while the server runs
            _serve(port)

    def _other(self, turn: IO[str]) -> str:
        """The address that another one serves, or is about to; who only prepares is waited for."""
        told = False
        while not bootstrap.take(turn):
            turn.seek(0)
            if address := turn.read():
                return address
            if not told:
                self._say(gettext_lazy("Another quickstart is preparing this data folder; waiting …"))
                told = True
            time.sleep(0.5)
        return ""

    def _leave(self, address: str, no_serve: bool) -> None:
        if no_serve:
            words = _("This data folder is served at %(address)s by another quickstart; end that one first.")
            raise CommandError(words % {"address": address})
        self._say(gettext_lazy("It runs already, or is about to, at %(address)s"), address=address)

    def _prepare(self, *, demo: bool) -> list[accounts.Account]:
        readiness.demand(Lack.NOT_MIGRATED)
        self._say(gettext_lazy("Preparing the database and the plans …"))
        readiness.make_ready()
        # In one piece: a password that was not printed would be of no use.
        with transaction.atomic():
            articles.load()
            people = accounts.load(demo=demo)
            if demo:
                demonstration.load(timezone.localdate())
        return people

    def _say(self, message: Any, **words: Any) -> None:
        """Say it in the language of the service and, where that is another, in English."""
        said = str(message % words)
        with translation.override("en"):
            english = str(message % words)
        self.stdout.write(said)
        if english != said:
            self.stdout.write(english)

    def _tell(self, people: list[accounts.Account]) -> None:
        kept = _("exists already, password unchanged")
        headings = (_("username"), _("role"), _("unit"), _("password"))
        rows = [(who.username, who.role, who.unit, who.password or kept) for who in people]
        self.stdout.write("")
        for line in text_table.lines(headings, rows):
            self.stdout.write(line)
        self.stdout.write("")
        if any(who.password for who in people):
            self._say(gettext_lazy("Note the passwords now; they are shown only this once."))


def _check_free(port: int) -> None:
    if not 0 < port < 65536:
        raise CommandError(_("A port is a number from 1 to 65535."))
    with socket.socket() as probe:
        # As the server does: a connection just closed does not make a port busy.
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            busy = error.errno == errno.EADDRINUSE
            raise CommandError((BUSY if busy else REFUSED) % {"port": port, "why": error.strerror}) from None


def _serve(port: int) -> None:
    os.environ["TRACKER_DEBUG"] = "0"
    os.chdir(settings.BASE)
    if os.name == "nt":  # gunicorn needs fork
        settings.DEBUG = False
        call_command("runserver", f"{HOST}:{port}", use_reloader=False)
        return
    arguments = [
        "--bind",
        f"{HOST}:{port}",
        "--workers",
        "2",
        "--threads",  # a connection a browser opens ahead of need keeps nobody waiting
        "4",
        "--graceful-timeout",
        "5",
        "--preload",  # what is not ready is told once
        "--no-control-socket",
        "--log-level",
        "warning",
    ]
    # In place of this process: Ctrl-C and signals reach the server itself.
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "tracker.wsgi", *arguments])
