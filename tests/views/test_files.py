"""A kept file goes out to whoever sees its entry, as a download, and every time a record is made."""

from datetime import date

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from targets.models import AuditRecord, Evidence, KeptFile
from tests.factories import author, draft_entry, file_entry, make_target, make_unit, make_user, reviewer
from tests.files.evidence import pdf
from tests.models.entry.test_evidence import put

pytestmark = pytest.mark.django_db
JULY = date(2025, 7, 3)
NAME = "关于“首席服务官”、挂点联系企业的(通知)；100% 落实" + "推进" * 30 + ".pdf"


@pytest.fixture
def file():
    entry = draft_entry(make_target(), 6, "265.2", JULY)
    return put(entry, KeptFile.keep(pdf(), NAME, by=author())).evidence.get().file


def address(file):
    return reverse("kept-file", args=(file.pk,))


def test_it_goes_out_as_a_download_and_runs_nowhere(client, file):  # cases 104, 105
    client.force_login(author())
    answer = client.get(address(file))
    assert b"".join(answer.streaming_content) == pdf()
    headers = answer.headers
    assert headers["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%85%B3%E4%BA%8E")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Cache-Control"] == "no-store"
    record = AuditRecord.objects.latest("pk")
    assert (record.act, record.by, record.remark) == ("export", author(), f"SHA-256 {file.sha256}")
    assert record.subject.startswith("关于“首席服务官”")


def test_pages_keep_their_own_policy(client, file):
    client.force_login(author())
    assert "default-src 'self'" in client.get("/targets/").headers["Content-Security-Policy"]


def test_what_is_not_yours_and_what_does_not_exist_are_the_same_answer(client, file):
    client.force_login(make_user("农办", make_unit("农业办"), "填报员"))
    count = AuditRecord.objects.count()
    hidden, nowhere = client.get(address(file)), client.get(reverse("kept-file", args=(987654,)))
    assert (hidden.status_code, hidden.content) == (nowhere.status_code, nowhere.content)
    assert hidden.status_code == 404
    assert AuditRecord.objects.count() == count
    entry = file.evidence.get().entry
    entry.submit(by=author())
    entry.approve(by=reviewer())
    answer = client.get(address(file))
    assert b"".join(answer.streaming_content) == pdf()


def test_a_visitor_is_sent_to_sign_in(client, file):
    assert client.get(address(file)).url.startswith("/login/")


def test_a_file_that_is_gone_from_the_disk_is_not_found(client, file):
    default_storage.delete(file.stored_as)
    client.force_login(author())
    assert client.get(address(file)).status_code == 404


def test_the_page_of_the_target_offers_what_stands_beside_each_month(client, file):
    target = file.evidence.get().entry.target
    file_entry(target, 5, "200", JULY)
    client.force_login(author())
    text = client.get(f"/targets/{target.code}/").content.decode()
    assert text.count(address(file)) == 1
    assert "佐证材料" in text


def test_files_cost_the_page_no_query_a_month(client, django_assert_max_num_queries):
    target, costs = make_target(), []
    client.force_login(author())
    for months in ([1], [2, 3, 4]):
        for month in months:
            entry = draft_entry(target, month, str(month * 40), JULY)
            Evidence.objects.put(entry, [KeptFile.keep(pdf(str(month)), f"{month}.pdf", by=author())])
            entry.submit(by=author())
            entry.approve(by=reviewer())
        with django_assert_max_num_queries(40) as queries:
            client.get(f"/targets/{target.code}/")
        costs.append(len(queries))
    assert costs[0] == costs[1]
