"""Files on their way in: too many, too large, cut off, oddly named."""

import gc
import logging
import tempfile
import warnings
from io import BytesIO
from pathlib import Path

import pytest
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from targets.models import KeptFile, ProgressEntry
from targets.reading.sheet.limits import MEGABYTE
from tests.factories import author, make_target, staff
from tests.files.evidence import pdf, upload
from tests.pages import held_on
from tracker.uploads import WholeBody, whole

pytestmark = pytest.mark.django_db
ADD = "/admin/targets/progressentry/add/"


class Endless:
    """A body that says 2 GB; how much of it is read."""

    def __init__(self):
        self.count = 0

    def read(self, size=-1):
        self.count += size
        return bytes(size)

    def readline(self, size=-1):
        raise AssertionError("a body is read in pieces")


@pytest.fixture
def official(client):
    client.force_login(staff(author(make_target().lead_unit)))
    return client


def form(**fields):
    target = make_target()
    period = target.plan.periods.get(number=6)
    data = {"target": target.pk, "part": "report", "period": period.pk, "answer": "reported", "value": "1"}
    return {**data, "narrative": "按计划推进", "_save": "1", **fields}


def send(client, body, length):
    how = {"CONTENT_LENGTH": str(length), "CONTENT_TYPE": MULTIPART_CONTENT, "wsgi.input": body}
    return client.generic("POST", ADD, b"", **how)


def in_temporary_files():
    return set(Path(tempfile.gettempdir()).glob("*.upload*"))


def test_two_gigabytes_are_refused_before_they_are_read(official, settings):  # case 109
    body, before = Endless(), in_temporary_files()
    answer = send(official, body, 2 << 30)
    assert answer.status_code == 413
    assert "文件合计不超过64MB" in answer.content.decode()
    assert body.count <= settings.MOST_POSTED + MEGABYTE
    assert in_temporary_files() == before


def test_more_files_than_are_read_is_a_page_in_words(official):  # case 112
    answer = official.post(ADD, form(evidence=[upload(f"{n}.pdf", pdf(str(n))) for n in range(101)]))
    assert answer.status_code == 413
    assert not KeptFile.objects.exists()


def test_more_than_twenty_of_one_report_are_said_at_the_field(official):
    page = official.post(ADD, form(evidence=[upload(f"{n}.pdf", pdf(str(n))) for n in range(40)]))
    assert page.context["adminform"].form.errors["evidence"] == ["佐证材料最多20份。"]
    assert len(held_on(page)["evidence"]) == 22


@pytest.mark.parametrize(
    "name", ["附件." + "关于推进重点目标任务的通知" * 12, "关" * 250 + ".pdf", "关于." + "推进" * 60 + ".pdf"]
)
def test_a_long_name_of_a_large_file_is_no_error_of_the_system(official, name):  # case 106
    answer = official.post(ADD, form(evidence=upload(name, b"%PDF-" + bytes(3 * MEGABYTE))))
    if name.endswith(".pdf"):
        assert KeptFile.objects.get().name == name[-200:]
        assert ProgressEntry.objects.get().evidence.count() == 1
    else:
        assert "只能上传PDF" in answer.context["adminform"].form.errors["evidence"][0]


@pytest.fixture
def _unlogged():
    """What pytest keeps of a log would keep the requests too."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.usefixtures("_unlogged")
def test_a_cut_upload_leaves_no_file_and_no_entry():  # case 110
    official = Client(enforce_csrf_checks=True)
    official.force_login(staff(author(make_target().lead_unit)))
    official.get("/admin/password_change/")
    token = {"csrfmiddlewaretoken": official.cookies["csrftoken"].value}
    sent = {**token, **form(evidence=upload(content=b"%PDF-" + bytes(3 * MEGABYTE)))}
    body, before = encode_multipart(BOUNDARY, sent), in_temporary_files()
    for length in (len(body) - 100, len(body) // 2, 300):
        answer = send(official, WholeBody(BytesIO(body[:length]), len(body)), len(body))
        assert answer.status_code == 403
    del answer
    with warnings.catch_warnings(action="ignore", category=ResourceWarning):
        gc.collect()  # the temporary file goes with the request
    assert in_temporary_files() == before
    assert not ProgressEntry.objects.exists()
    assert not KeptFile.objects.exists()
    assert send(official, WholeBody(BytesIO(body), len(body)), len(body)).status_code == 302
    assert ProgressEntry.objects.get().evidence.count() == 1


def test_a_body_is_whole_or_an_error():
    seen = []

    def application(environ, start_response):
        seen.append(environ["wsgi.input"].read())
        return []

    whole(application)({"CONTENT_LENGTH": "4", "wsgi.input": BytesIO(b"abcd")}, None)
    whole(application)({"CONTENT_LENGTH": "", "wsgi.input": BytesIO(b"")}, None)
    assert seen == [b"abcd", b""]
    for size in (-1, 4):
        with pytest.raises(OSError, match="went away"):
            WholeBody(BytesIO(b"abc"), 4).read(size)
    body = WholeBody(BytesIO(b"abc"), 4)
    assert body.read(2) == b"ab"
    with pytest.raises(OSError, match="went away"):
        body.read(2)
