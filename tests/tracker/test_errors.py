"""What is said when something failed."""

from urllib.parse import urlencode

import pytest
from django.conf import settings

from tests.factories import make_unit, make_user
from tracker.errors import MEGABYTE, failed

FORM = "application/x-www-form-urlencoded"


def test_a_fault_of_our_own_is_no_fault_of_the_database(rf):
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError:
        answer = failed(rf.get("/todo/"))
    assert answer.status_code == 500
    assert "出错了" in answer.content.decode()


@pytest.fixture
def official(client):
    client.force_login(make_user("张天宝", make_unit(), "填报员", is_staff=True))
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/targets/progressentry/add/", "/login/"])
def test_more_fields_than_are_read_is_a_page_in_words(official, settings, caplog, path):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 30
    answer = official.post(path, urlencode({f"field{n}": "字" for n in range(31)}), FORM)
    assert answer.status_code == 413
    assert "最多提交30个栏目" in answer.content.decode()
    assert "后退" in answer.content.decode()
    assert "TooManyFields" in caplog.text
    assert official.post(path, {f"field{n}": "字" for n in range(31)}).status_code == 413


@pytest.mark.django_db
def test_more_text_than_is_read_is_a_page_in_words_and_read_to_its_end(official, settings, caplog):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * MEGABYTE
    text = urlencode({"narrative": "x" * 3 * MEGABYTE})
    answer = official.post("/admin/targets/progressentry/add/", text, FORM)
    assert answer.status_code == 413
    assert "2MB" in answer.content.decode()
    assert "RequestDataTooBig" in caplog.text
    assert answer.wsgi_request.read(1) == b""


@pytest.mark.django_db
def test_another_bad_request_is_no_matter_of_size(official):
    answer = official.post("/login/?next=1", "next=1", "text/plain; charset=utf-7")
    assert answer.status_code == 400
    assert "过多" not in answer.content.decode()


def test_a_desk_of_six_hundred_targets_fits():
    """A row has some fifteen fields."""
    assert settings.DATA_UPLOAD_MAX_NUMBER_FIELDS >= 600 * 15 * 2
