"""佐证材料: put beside a draft, fixed with approval on every path, carried on by a correction."""

from contextlib import suppress
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from targets.models import AuditRecord, Evidence, KeptFile, ProgressEntry
from targets.models.entry.file import FOLDER, FORGOTTEN
from tests.factories import (
    author,
    coordinator,
    correct_entry,
    draft_entry,
    make_target,
    make_unit,
    make_user,
    reviewer,
)
from tests.files.evidence import pdf

pytestmark = pytest.mark.django_db
JULY = date(2025, 7, 3)


def kept(text="佐证", name="会议纪要.pdf", by=None):
    return KeptFile.keep(pdf(text), name, by=by or author())


def put(entry, *files):
    Evidence.objects.put(entry, files)
    return entry


def names(entry):
    return [str(each) for each in entry.evidence.all()]


def on_disk():
    return set(default_storage.listdir(FOLDER)[1]) if default_storage.exists(FOLDER) else set()


@pytest.fixture
def target():
    return make_target()


# --- putting there and taking away ----------------------------------------------------------------


def test_what_is_put_beside_a_draft_is_kept_with_its_digest(target):
    entry, file = draft_entry(target, 6, 265, JULY), kept()
    assert file.entered_at is None
    put(entry, file)
    file.refresh_from_db()
    assert names(entry) == ["会议纪要.pdf"]
    assert file.entered_at is not None
    assert file.is_whole()
    assert AuditRecord.objects.latest("pk").remark == f"会议纪要.pdf SHA-256 {file.sha256}"


@pytest.mark.parametrize(
    "name",
    ["关于" + "推进重点目标任务" * 20 + ".pdf", "../../etc/passwd.pdf", "/root/甲.pdf", "C:\\甲\\乙.pdf",
     "甲\x00\r\n乙.pdf", "甲\u202efdp.pdf", '甲"乙;.pdf'],
)  # fmt: skip
def test_the_name_on_the_disk_is_random_and_the_shown_one_has_no_folders(name):  # cases 105, 106
    file = kept(name=name)
    assert all(sign.isprintable() and sign not in "/\\" for sign in file.name)
    assert file.name.endswith(".pdf")
    assert file.stored_as.startswith(f"{FOLDER}/")
    assert len(file.stored_as) == len(FOLDER) + 33
    assert file.read() == pdf()


def test_a_name_of_84_signs_is_kept_whole():  # case 106
    name = "关" * 84 + ".pdf"
    assert kept(name=name).name == name


def test_the_same_name_twice_is_two_files_the_same_bytes_are_one(target):  # case 107
    entry = put(draft_entry(target, 6, 265, JULY), kept("一"), kept("二"), kept("二", "另名.pdf"))
    assert names(entry) == ["会议纪要.pdf", "会议纪要.pdf"]
    with pytest.raises(ValidationError, match="已在本条"):
        Evidence(entry=entry, file=kept("一")).save()


def test_a_file_on_several_entries_goes_with_the_last_of_them(target):
    first, second = draft_entry(target, 6, 265, JULY), draft_entry(make_target(), 6, 1, JULY)
    file = kept()
    put(first, file)
    put(second, file)
    put(first)
    assert KeptFile.objects.filter(pk=file.pk).exists()
    put(second)
    assert not KeptFile.objects.filter(pk=file.pk).exists()


def test_the_bytes_go_with_the_row_alone(target, django_capture_on_commit_callbacks):
    entry, file = draft_entry(target, 6, 265, JULY), kept()
    put(entry, file)
    with suppress(ZeroDivisionError), transaction.atomic():
        put(entry)
        raise ZeroDivisionError
    assert file.is_whole()
    with django_capture_on_commit_callbacks(execute=True):
        put(entry)
    assert on_disk() == set()


def test_a_draft_that_is_deleted_takes_its_evidence_along(target, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        put(draft_entry(target, 6, 265, JULY), kept("一")).delete()
        put(draft_entry(target, 5, 200, JULY), kept("二"))
        ProgressEntry.objects.filter(target=target).delete()
    assert (KeptFile.objects.count(), on_disk()) == (0, set())


def test_at_most_twenty_files(target):
    with pytest.raises(ValidationError, match="最多20份"):
        put(draft_entry(target, 6, 265, JULY), *(kept(str(number)) for number in range(21)))


def test_what_was_sent_and_put_nowhere_is_forgotten_after_a_day(target, django_capture_on_commit_callbacks):
    stays, goes = kept("一"), kept("二")
    put(draft_entry(target, 6, 265, JULY), stays)
    with django_capture_on_commit_callbacks(execute=True):
        KeptFile.objects.forget(timezone.now() + 2 * FORGOTTEN)
    assert [file.pk for file in KeptFile.objects.all()] == [stays.pk]
    assert not default_storage.exists(goes.stored_as)


# --- never asked for ------------------------------------------------------------------------------


def test_evidence_is_never_required_and_changes_no_light(target):
    told = []
    for each, files in ((target, []), (make_target(), [kept()])):
        entry = put(draft_entry(each, 6, "265", JULY), *files)
        told.append([question.key for question in (*entry.doubts(), *each.gaps)])
        entry.submit(by=author())
        entry.approve(by=reviewer())
        told[-1].append(each.assessments.latest("pk").light)
    assert told[0] == told[1]


# --- fixed with approval --------------------------------------------------------------------------


def handed_in(target, state):
    entry = put(draft_entry(target, 6, "265", JULY), kept())
    if state != "draft":
        entry.submit(by=author())
    if state == "approved":
        entry.approve(by=reviewer())
    if state == "returned":
        entry.send_back(by=reviewer(), comment="请补充")
    return entry


def redigested(file):
    file.sha256 = "0" * 64
    file.save()


def exchanged(each):
    each.file = kept("另一份")
    each.save()


WAYS = {
    "put another": lambda entry: put(entry, kept("另一份")),
    "take all away": put,
    "save": lambda entry: Evidence(entry=entry, file=kept("另一份")).save(),
    "create": lambda entry: Evidence.objects.create(entry=entry, file=kept("另一份")),
    "bulk_create": lambda entry: Evidence.objects.bulk_create([Evidence(entry=entry, file=kept("另一份"))]),
    "related create": lambda entry: entry.evidence.create(file=kept("另一份")),
    "change": lambda entry: exchanged(entry.evidence.get()),
    "update": lambda entry: entry.evidence.all().update(file=kept("另一份")),
    "delete": lambda entry: entry.evidence.get().delete(),
    "delete all": lambda entry: Evidence.objects.filter(entry=entry).delete(),
    "the file": lambda entry: entry.evidence.get().file.delete(),
    "the files": lambda entry: KeptFile.objects.filter(evidence__entry=entry).delete(),
    "another digest": lambda entry: redigested(entry.evidence.get().file),
    "other digests": lambda entry: KeptFile.objects.filter(evidence__entry=entry).update(sha256="0" * 64),
    "the entry": lambda entry: entry.delete(),
    "the entries": lambda entry: ProgressEntry.objects.filter(pk=entry.pk).delete(),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_leads_to_the_evidence_of_an_approved_entry(target, way):  # case 65
    entry = handed_in(target, "approved")
    before = list(Evidence.objects.values()), entry.evidence.get().file.sha256
    with pytest.raises((ValidationError, TypeError, ProtectedError)), transaction.atomic():
        WAYS[way](entry)
    assert (list(Evidence.objects.values()), entry.evidence.get().file.sha256) == before
    assert entry.evidence.get().file.is_whole()


@pytest.mark.parametrize(("state", "may"), [("draft", 1), ("returned", 1), ("submitted", 0), ("approved", 0)])
def test_it_changes_with_a_draft_or_a_returned_entry_alone(target, state, may):
    entry = handed_in(target, state)
    stale = ProgressEntry.objects.get(pk=entry.pk)
    stale.state = "draft"  # what an instance says does not count
    if may:
        put(stale, kept("另一份", "新.pdf"))
    else:
        with pytest.raises(ValidationError, match="只能在草稿或已退回"):
            put(stale, kept("另一份", "新.pdf"))
    assert names(entry) == (["新.pdf"] if may else ["会议纪要.pdf"])


def test_a_correction_begins_with_the_same_files_and_may_change_them(target):
    entry = handed_in(target, "approved")
    version = entry.correct(by=author(), reason="更正", value=260)
    assert [each.file_id for each in version.evidence.all()] == [entry.evidence.get().file_id]
    put(version, kept("另一份", "新.pdf"))
    assert (names(entry), names(version)) == (["会议纪要.pdf"], ["新.pdf"])
    assert entry.evidence.get().file.is_whole()


def test_a_void_carries_none(target):
    assert names(correct_entry(handed_in(target, "approved"), JULY.replace(day=9), is_void=True)) == []


# --- who sees it ----------------------------------------------------------------------------------


def test_a_file_is_seen_as_its_entry_is(target):
    entry = handed_in(target, "draft")
    leader, other = make_user("领导", make_unit("外海街道"), "领导"), make_unit("农业办")
    people = [author(), reviewer(), coordinator(), leader, make_user("农办", other, "填报员")]

    def readers(rows, pk):
        return [user.username for user in people if rows.visible_to(user).filter(pk=pk).exists()]

    def of_file():
        return readers(KeptFile.objects, entry.evidence.get().file_id)

    assert of_file() == readers(ProgressEntry.objects, entry.pk) == [author().username, "审核员", "统筹员"]
    entry.submit(by=author())
    entry.approve(by=reviewer())
    assert of_file() == readers(ProgressEntry.objects, entry.pk)
    assert "领导" in of_file()


def test_who_sent_it_and_left_the_unit_reads_it_no_more(target):
    sender = author()
    file = put(draft_entry(target, 6, 265, JULY), kept(by=sender)).evidence.get().file
    sender.member.unit = make_unit("礼乐街道", kind="township", parent=None)
    sender.member.save()
    sender = type(sender).objects.get(pk=sender.pk)
    assert not KeptFile.objects.visible_to(sender).filter(pk=file.pk).exists()
    assert KeptFile.objects.visible_to(sender).filter(pk=kept("二", by=sender).pk).exists()
