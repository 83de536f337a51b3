"""佐证材料 on the forms of one report: uploaded, ticked, refused with the text kept, opened by reviewers."""

from datetime import date

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from targets.models import AuditRecord, Evidence, KeptFile, ProgressEntry
from targets.models.entry.file import FOLDER
from tests.admin.entry.test_entry_path import ADD, change, log
from tests.factories import (
    author,
    draft_entry,
    file_entry,
    make_target,
    make_unit,
    make_user,
    reviewer,
    staff,
    submit_entry,
)
from tests.files.evidence import REFUSED, TAKEN, names_beside, pdf, upload
from tests.pages import held_on

pytestmark = pytest.mark.django_db
JULY = date(2025, 7, 3)


def save(client, entry, *evidence, act="_save", **fields):
    data = {"answer": "reported", "value": "265.2", "narrative": "按计划推进", "evidence": ["", *evidence]}
    return client.post(change(entry), {**data, **fields, act: "1"})


def put(entry, *uploads):
    files = [KeptFile.keep(each.read(), each.name, by=entry.entered_by) for each in uploads]
    Evidence.objects.put(entry, files)
    return files


def test_all_kinds_are_uploaded_with_a_new_report(official, target):
    files = [upload(name, content) for name, content in TAKEN.items()]
    log(official, target, value="265.2", evidence=files)
    entry = ProgressEntry.objects.get()
    assert entry.state == "submitted"
    # of the same bytes one is enough, under the name that came first
    assert names_beside(entry) == sorted(set(TAKEN) - {"附件1.2版.pdf", "新式.wps", "新式.et"})
    assert len(default_storage.listdir(FOLDER)[1]) == len(names_beside(entry))


def test_the_form_says_first_what_is_taken_and_asks_for_nothing(official, target):
    text = official.get(f"{ADD}?target={target.pk}").content.decode()
    assert "佐证材料（选填）" in text
    assert "每份不超过20MB，最多20份" in text
    assert 'enctype="multipart/form-data"' in text
    log(official, target, value="265.2")
    assert ProgressEntry.objects.get().evidence.count() == 0


@pytest.mark.parametrize(("key", "name"), [(key, next(iter(files))) for key, files in REFUSED.items()])
def test_a_refused_file_is_one_sentence_at_the_field_and_the_text_stays(official, target, key, name):
    page = log(
        official, target, value="265.2", narrative="写了很久", evidence=upload(name, REFUSED[key][name])
    )
    form = page.context["adminform"].form
    assert page.status_code == 200
    (told,) = form.errors["evidence"]
    assert told.startswith(f"{name.rsplit('/', 1)[-1]}：")
    assert (form["narrative"].value(), form["value"].value()) == ("写了很久", "265.2")
    assert not ProgressEntry.objects.exists()
    assert not KeptFile.objects.exists()
    assert not default_storage.exists(FOLDER)


def test_too_large_is_said_with_the_limit(official, target, settings):  # case 109
    settings.MOST_EVIDENCE = 1024 * 1024
    page = log(official, target, value="265.2", evidence=upload(content=b"%PDF-" + bytes(1 << 20)))
    assert page.context["adminform"].form.errors["evidence"] == [
        "会议纪要.pdf：文件超过1MB，请压缩或拆分后重新选择。"
    ]
    assert not KeptFile.objects.exists()


def test_where_another_field_is_refused_the_files_need_not_be_chosen_again(official, target):
    page = log(official, target, value="不知道", evidence=[upload(), upload("坏.exe", b"MZ")])
    file = KeptFile.objects.get()
    assert file.entered_at is None
    assert held_on(page)["evidence"] == ["", str(file.pk)]
    assert "待保存" in page.content.decode()
    log(official, target, value="265.2", evidence=["", file.pk])
    assert names_beside(ProgressEntry.objects.get()) == ["会议纪要.pdf"]
    assert len(default_storage.listdir(FOLDER)[1]) == 1


def test_a_question_keeps_them_too(official, target):
    file_entry(target, 5, "300", date(2025, 6, 3))
    page = log(official, target, value="265.2", evidence=upload())
    assert page.context["adminform"].form.asks_twice
    log(official, target, value="265.2", evidence=held_on(page)["evidence"], confirmed="on")
    assert names_beside(ProgressEntry.objects.get(period__number=6)) == ["会议纪要.pdf"]


def test_ticks_are_taken_away_and_other_files_of_the_unit_chosen(official, target):
    (elsewhere,) = put(draft_entry(make_target(), 6, "1", JULY), upload("共用.pdf", TAKEN["现场.png"]))
    (july,) = put(
        draft_entry(make_target(), 7, "1", date(2025, 8, 3)), upload("七月.pdf", TAKEN["说明.docx"])
    )
    entry = draft_entry(target, 6, "265.2", JULY)
    (own,) = put(entry, upload())
    page = official.get(change(entry))
    assert held_on(page)["evidence"] == ["", str(own.pk)]
    text = page.content.decode()
    assert "从本单位本期已上传的1份中选用" in text
    assert "共用.pdf" in text
    assert "七月.pdf" not in text
    save(official, entry, elsewhere.pk)
    entry.refresh_from_db()
    assert (names_beside(entry), entry.version) == (["共用.pdf"], 2)
    assert not KeptFile.objects.filter(pk=own.pk).exists()
    record = AuditRecord.objects.latest("pk")
    assert (record.act, record.kind) == ("change", "progressentry")
    assert "|evidence." in record.rows
    assert KeptFile.objects.filter(pk=july.pk).exists()


def test_a_page_without_the_field_takes_nothing_away(official, target):
    entry = draft_entry(target, 6, "265.2", JULY)
    put(entry, upload())
    official.post(change(entry), {"answer": "reported", "value": "266", "_save": "1"})
    entry.refresh_from_db()
    assert (entry.value, names_beside(entry)) == (266, ["会议纪要.pdf"])


def test_a_file_of_another_unit_is_not_chosen_by_its_number(official, target):
    entry = draft_entry(target, 6, "265.2", JULY)
    hidden = draft_entry(make_target(lead_unit=make_unit("农业办")), 6, "1", JULY)
    (secret,) = put(hidden, upload("机密.pdf"))
    for key in (secret.pk, 987654, "abc", "9" * 30):
        page = save(official, entry, key)
        assert page.context["adminform"].form.errors["evidence"] == ["文件已不存在，请重新选择。"]
        assert "机密" not in page.content.decode()
    assert names_beside(entry) == []


def test_two_who_change_the_files_of_one_draft_do_not_undo_each_other(official, target):
    entry = draft_entry(target, 6, "265.2", JULY)
    (first,) = put(entry, upload())
    seen = held_on(official.get(change(entry)))
    save(official, entry, first.pk, upload("新.pdf", pdf("新")))
    page = official.post(
        change(entry),
        {"answer": "reported", "value": "270", "narrative": "按计划推进", "evidence": ["", first.pk],
         "seen_version": seen["seen_version"], "seen_values": seen["seen_values"], "_save": "1"},
    )  # fmt: skip
    assert page.context["adminform"].form.differences
    assert names_beside(entry) == ["会议纪要.pdf", "新.pdf"]


def test_the_reviewer_opens_what_is_asked_to_be_believed_and_decides_nothing_about_it(client, target):
    entry = draft_entry(target, 6, "265.2", JULY)
    (file,) = put(entry, upload())
    entry.submit(by=author())
    client.force_login(staff(reviewer()))
    assert reverse("kept-file", args=(file.pk,)) in client.get(change(entry)).content.decode()
    client.post(change(entry), {"_approve": "1", "evidence": [""], "seen_version": entry.version})
    entry.refresh_from_db()
    assert (entry.state, names_beside(entry)) == ("approved", ["会议纪要.pdf"])
    assert reverse("kept-file", args=(file.pk,)) in client.get(change(entry)).content.decode()


@pytest.mark.parametrize("make", [submit_entry, file_entry])
def test_what_is_handed_in_takes_no_file_on_its_page(official, target, make):
    entry = make(target, 6, "265.2", JULY)
    assert save(official, entry, upload()).status_code == 403
    assert names_beside(entry) == []


def test_a_correction_begins_with_the_files_and_takes_others(official, target):
    entry = draft_entry(target, 6, "265.2", JULY)
    (file,) = put(entry, upload())
    entry.submit(by=author())
    entry.approve(by=reviewer())
    address = reverse("admin:targets_progressentry_correct", args=(entry.pk,))
    page = official.get(address)
    assert held_on(page)["evidence"] == ["", str(file.pk)]
    typed = {"value": "260", "narrative": "核减", "reason": "", "source_ref": "函"}
    page = official.post(
        address, {**typed, "evidence": ["", file.pk, upload("函.pdf", pdf("函"))], "_draft": "1"}
    )
    new = KeptFile.objects.get(name="函.pdf")
    assert held_on(page)["evidence"] == ["", str(file.pk), str(new.pk)]
    official.post(address, {**typed, "reason": "统计局核减", "evidence": ["", new.pk], "_draft": "1"})
    assert names_beside(ProgressEntry.objects.get(revision_no=2)) == ["函.pdf"]
    assert names_beside(entry) == ["会议纪要.pdf"]


def test_who_logs_nothing_leaves_no_file(client, target):
    entry = draft_entry(target, 6, "265.2", JULY)
    client.force_login(staff(make_user("领导", make_unit("外海街道"), "领导")))
    for address in (ADD, change(entry), reverse("admin:targets_progressentry_correct", args=(entry.pk,))):
        answer = client.post(address, {"target": target.pk, "evidence": upload(), "_save": "1"})
        assert answer.status_code == 403
    assert not KeptFile.objects.exists()


def test_six_files_cost_no_more_queries_than_one(official, target, django_assert_max_num_queries):
    entry, costs = draft_entry(target, 6, "265.2", JULY), []
    for count in (1, 6):
        put(entry, *(upload(f"{number}.pdf", pdf(str(number))) for number in range(count)))
        with django_assert_max_num_queries(20) as queries:
            assert official.get(change(entry)).status_code == 200
        costs.append(len(queries))
    with django_assert_max_num_queries(20):
        official.get(f"{ADD}?target={target.pk}&period={target.plan.periods.get(number=7).pk}")
    assert costs[0] == costs[1]
