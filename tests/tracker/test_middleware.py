"""Headers and language of every answer."""

import pytest

from tracker.middleware import POLICY

ENGLISH_BROWSER = {"Accept-Language": "en-US,en;q=0.9"}


def test_policy_allows_nothing_inline_or_foreign():
    assert [word for word in ("unsafe", "http", "*", "nonce") if word in POLICY] == []


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/login/", "/", "/admin/", "/nowhere/"])
def test_every_answer_is_confined_and_not_kept(client, path):  # cases 100, 114
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.django_db  # closing the file looks at the connections
def test_static_files_are_confined_and_kept(client, settings, tmp_path):
    (tmp_path / "page.css").write_text("body {}")
    settings.STATIC_ROOT = tmp_path
    response = client.get("/static/page.css")
    response.close()
    assert response.status_code == 200
    assert response.headers["Content-Security-Policy"] == POLICY
    assert response.headers["Cache-Control"] == "max-age=60, public"


HALF_A_CHARACTER = {"raw_unicode_escape": r"\ud800", "unicode_escape": r"\ud800", "utf-7": "+2AA-"}


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", HALF_A_CHARACTER)
def test_text_in_another_encoding_is_refused(client, encoding):
    text = HALF_A_CHARACTER[encoding]
    form = f'--B\r\nContent-Disposition: form-data; name="username"\r\n\r\n{text}\r\n--B--\r\n'
    answers = [
        client.get("/login/", {"next": text}, CONTENT_TYPE=f"text/plain; charset={encoding}"),
        client.generic("POST", "/login/", form, f"multipart/form-data; boundary=B; charset={encoding}"),
    ]
    for answer in answers:
        assert answer.status_code == 400
        assert "该请求无法处理" in answer.content.decode()
    for spelled in ("UTF-8", "utf8"):
        assert client.get("/login/", CONTENT_TYPE=f"text/plain; charset={spelled}").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("cookie", "expected"),
    [(None, "zh-hans"), ("zh-hans", "zh-hans"), ("en", "en"), ("fr", "zh-hans"), ("", "zh-hans")],
)
def test_language_is_chinese_unless_chosen(client, cookie, expected):
    if cookie is not None:
        client.cookies["django_language"] = cookie
    response = client.get("/login/", headers=ENGLISH_BROWSER)
    assert response.headers["Content-Language"] == expected


@pytest.mark.django_db
def test_language_is_chosen_by_form(client):
    response = client.post("/language/", {"language": "en", "next": "/login/"})
    assert (response.status_code, response.headers["Location"]) == (302, "/login/")
    assert client.get("/login/").headers["Content-Language"] == "en"
