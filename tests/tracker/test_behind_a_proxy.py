"""Signing in by the platform as it is served: gunicorn, and in front of it a proxy that names people."""

import os
import re
import socket
import subprocess
import sys
from contextlib import suppress
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep
from urllib.parse import urlencode

import pytest

from tracker import bootstrap

pytestmark = pytest.mark.slow
WHO = "waihai-tongchou"  # one of those that a first start makes


class Proxy(BaseHTTPRequestHandler):
    """As nginx.conf: its own word stands in place of the browser's. `people`: badge → name there."""

    people: dict[str, str] = {}
    behind = 0  # the port of gunicorn

    def do_GET(self):
        headers = {name: value for name, value in self.headers.items() if name.lower() != "x-remote-user"}
        badge = SimpleCookie(self.headers.get("Cookie", "")).get("platform")
        if name := badge and self.people.get(badge.value):
            headers["X-Remote-User"] = name
        headers |= {"X-Forwarded-Proto": "https", "X-Forwarded-For": self.client_address[0]}
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        connection = HTTPConnection("127.0.0.1", self.behind, timeout=30)
        connection.request(self.command, self.path, body or None, headers)
        answer = connection.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for header, value in answer.getheaders():
            if header not in ("Connection", "Transfer-Encoding", "Content-Length"):
                self.send_header(header, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
        connection.close()

    do_POST = do_GET

    def log_message(self, *args):
        pass


class Browser:
    def __init__(self, port, badge=""):
        self.port, self.cookies = port, {"platform": badge} if badge else {}

    def ask(self, path, typed=None, **headers):
        """Status, where it leads, and the page."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = {"Host": "127.0.0.1", "Cookie": cookies, "Referer": "https://127.0.0.1/", **headers}
        if typed is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("POST" if typed is not None else "GET", path, typed and urlencode(typed), sent)
        answer = connection.getresponse()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        page = answer.read().decode()
        connection.close()
        return answer.status, answer.headers.get("Location", ""), page


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    """The port of a proxy with the service behind it."""
    port = free_port()
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL",)}
    env = kept | {
        "TRACKER_DATA": str(tmp_path_factory.mktemp("data")), "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "TRACKER_HTTPS": "1", "TRACKER_REMOTE_USER": "HTTP_X_REMOTE_USER",
        "TRACKER_LOGOUT_URL": "https://platform.example/logout",
    }  # fmt: skip
    prepare = [sys.executable, "-m", "django", "quickstart", "--no-serve", "--no-demo"]
    subprocess.run(prepare, cwd=bootstrap.BASE, env=env, check=True, stdout=subprocess.DEVNULL)
    unit = (bootstrap.BASE / "tracker/deploy/tracker.service").read_text(encoding="utf-8")
    as_served = re.search(r"gunicorn --bind 127\.0\.0\.1:8000 (.*)", unit)[1].split()
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", *as_served]
    server = subprocess.Popen(command, cwd=bootstrap.BASE, env=env)
    Proxy.behind = port
    front = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    Thread(target=front.serve_forever, daemon=True).start()
    try:
        for _attempt in range(100):
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            sleep(0.2)
        yield front.server_port
    finally:
        front.shutdown()
        front.server_close()
        server.terminate()
        server.wait()


@pytest.mark.parametrize("header", ["X-Remote-User", "x-remote-user", "X_Remote_User", "X_REMOTE_USER"])
def test_what_a_browser_says_of_itself_counts_for_nothing(proxy, header):
    status, place, _page = Browser(proxy).ask("/targets/", **{header: "admin"})
    assert (status, place) == (302, "/login/?next=/targets/")


def test_the_platform_s_word_counts(proxy):
    Proxy.people["b1"] = WHO
    browser = Browser(proxy, "b1")
    assert browser.ask("/targets/", **{"X-Remote-User": "admin"})[0] == 200
    status, _place, page = browser.ask("/todo/")
    assert (status, "外海街道统筹员" in page) == (200, True)


def test_a_stranger_is_told_whom_to_ask(proxy):
    Proxy.people["b2"] = "张三".encode().decode("latin-1")
    browser = Browser(proxy, "b2")
    assert browser.ask("/targets/")[0] == 302
    assert "“张三”在本系统没有可用的账号" in browser.ask("/login/")[2]


def test_who_left_the_platform_is_led_back_and_loses_no_word(proxy):
    Proxy.people["b3"] = WHO
    browser = Browser(proxy, "b3")
    assert browser.ask("/password/")[0] == 200
    del Proxy.people["b3"]
    typed = {"csrfmiddlewaretoken": browser.cookies["csrftoken"], "narrative": "写了很久的话"}
    status, _place, page = browser.ask("/todo/", typed)
    assert (status, "写了很久的话" in page, 'href="/platform/"' in page) == (403, True, True)
    assert browser.ask("/platform/")[:2] == (302, "https://platform.example/logout")
    Proxy.people["b3"] = WHO
    again = {**typed, "password_again": "", "was_reading": "1"}
    assert browser.ask("/todo/", again)[:2] == (302, "/todo/")
    assert browser.ask("/todo/")[0] == 200


def test_signing_out_leads_to_the_platform_s_own(proxy):
    Proxy.people["b4"] = WHO
    browser = Browser(proxy, "b4")
    browser.ask("/password/")
    status, _place, page = browser.ask("/logout/", {"csrfmiddlewaretoken": browser.cookies["csrftoken"]})
    assert (status, "https://platform.example/logout" in page) == (200, True)
