"""佐证材料 in the rows of 本月填报, and on the review desk."""

from datetime import date

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from targets.models import Evidence, FormDraft, KeptFile, ProgressEntry
from targets.models.entry.file import FOLDER
from tests.admin.desk.desk_typing import confirm, desk, row, typed
from tests.factories import author, draft_entry, make_target, reviewer, staff
from tests.files.evidence import names_beside, pdf, upload
from tests.pages import form_on

pytestmark = pytest.mark.django_db
JULY = date(2025, 7, 3)
REVIEW = f"{reverse('admin:targets_progressentry_review')}?plan=P25&period=6"


def put(entry, *texts):
    by = entry.entered_by
    Evidence.objects.put(entry, [KeptFile.keep(pdf(text), f"{text}.pdf", by=by) for text in texts])
    return entry


def send(client, target, *files, act="_save", **fields):
    page = client.get(desk(target))
    data = {**typed(page, {target: fields}), act: "1"}
    name = row(page, target)["evidence"].html_name
    data[name] = [*data.get(name, [""]), *files]
    return client.post(desk(target), data)


def test_a_row_takes_files_with_its_words_and_submits_them(official, target):
    page = send(official, target, upload(), act="_submit", value="265.2", narrative="按计划推进")
    confirm(official, page, target)
    entry = ProgressEntry.objects.get()
    assert (entry.state, names_beside(entry)) == ("submitted", ["会议纪要.pdf"])
    assert "会议纪要.pdf" in official.get(desk(target)).content.decode()


def test_files_alone_make_a_draft_and_rows_without_any_stay_untouched(official, target):
    make_target(title="别的")
    send(official, target, upload())
    assert names_beside(ProgressEntry.objects.get()) == ["会议纪要.pdf"]


def test_a_refused_file_leaves_its_row_as_typed_and_saves_the_others(official, target):
    other = make_target(title="别的")
    page = official.get(desk(target))
    data = typed(page, {target: {"value": "265.2"}, other: {"value": "1"}})
    name = row(page, target)["evidence"].html_name
    page = official.post(desk(target), {**data, name: ["", upload("坏.exe", b"MZ"), upload()], "_save": "1"})
    form = row(page, target)
    assert form["evidence"].errors == [
        "坏.exe：只能上传PDF、OFD、JPG、PNG、DOCX、XLSX、WPS、ET文件，请转换格式后重新选择。"
    ]
    assert form["value"].value() == "265.2"
    assert form.is_open
    assert ProgressEntry.objects.get().target == other
    assert form["evidence"].value() == [str(KeptFile.objects.get().pk)]
    # it is kept with the rest of the row, also for a page opened later
    assert row(official.get(desk(target)), target)["evidence"].value() == [str(KeptFile.objects.get().pk)]


def test_a_refused_file_alone_is_said_too(official, target):
    page = send(official, target, upload("空.pdf", b""))
    assert row(page, target)["evidence"].errors == ["空.pdf：文件是空的，请重新选择。"]
    assert not ProgressEntry.objects.exists()
    assert not default_storage.exists(FOLDER)


def test_an_unticked_file_is_taken_away_and_an_untouched_row_is_not_written(official, target):
    entry = put(draft_entry(target, 6, "265.2", JULY), "甲", "乙")
    assert "佐证2份" in official.get(desk(target)).content.decode()
    send(official, target)
    entry.refresh_from_db()
    assert (entry.version, names_beside(entry)) == (1, ["乙.pdf", "甲.pdf"])
    page = official.get(desk(target))
    name = row(page, target)["evidence"].html_name
    first = KeptFile.objects.get(name="甲.pdf")
    official.post(desk(target), {**typed(page, {}), name: ["", first.pk], "_save": "1"})
    entry.refresh_from_db()
    assert (entry.version, names_beside(entry)) == (2, ["甲.pdf"])


def test_what_another_submitted_meanwhile_takes_no_file(official, target):
    page = official.get(desk(target))
    data = typed(page, {target: {"value": "270"}})
    entry = draft_entry(target, 6, "265.2", JULY)
    entry.submit(by=author())
    name = row(page, target)["evidence"].html_name
    official.post(desk(target), {**data, name: ["", upload()], "_save": "1"})
    assert names_beside(entry) == []


def test_the_reviewer_opens_them_from_the_line(client, target):
    entry = put(draft_entry(target, 6, "265.2", JULY), "甲")
    entry.submit(by=author())
    client.force_login(staff(reviewer()))
    address = reverse("kept-file", args=(entry.evidence.get().file_id,))
    page = client.get(REVIEW)
    assert address in page.content.decode()
    ticks = {f"entry-{entry.pk}-chosen": "on"}
    client.post(page.context["address"], {**form_on(page, "review"), **ticks, "_approve": "1"})
    entry.refresh_from_db()
    assert (entry.state, names_beside(entry)) == ("approved", ["甲.pdf"])


@pytest.mark.parametrize("page", ["desk", "review"])
def test_files_cost_no_query_a_row(client, target, page, django_assert_max_num_queries):
    costs = []
    for count in (1, 5):
        for number in range(count):
            entry = put(draft_entry(make_target(), 6, "1", JULY), f"甲{count}{number}", f"乙{count}{number}")
            if page == "review":
                entry.submit(by=author())
        client.force_login(staff(author() if page == "desk" else reviewer()))
        with django_assert_max_num_queries(20 if page == "desk" else 24) as queries:
            text = client.get(desk(target) if page == "desk" else REVIEW).content.decode()
        assert "甲" in text
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_draft_kept_by_the_script_names_files_that_are_there(official, target):
    entry = put(draft_entry(target, 6, "265.2", JULY), "甲")
    page = official.get(desk(target))
    data = typed(page, {target: {"narrative": "写到一半"}})
    official.post(page.context["keeper"], data)
    assert FormDraft.objects.exists()
    form = row(official.get(desk(target)), target)
    assert form.is_restored
    assert form["evidence"].value() == [str(entry.evidence.get().file_id)]


def test_files_of_other_targets_are_chosen_on_the_report_s_own_page(official, target):
    words = "到本条填报页选用其他目标任务的材料"
    assert words not in official.get(desk(target)).content.decode()
    other = put(draft_entry(make_target(title="别的"), 6, "1", JULY), "甲")
    text = official.get(desk(target)).content.decode()
    period = target.plan.periods.get(number=6)
    address = f"add/?target={target.pk}&amp;period={period.pk}&amp;part=report"
    assert f'progressentry/{address}">{words}' in text
    assert text.count(words) == 1  # for the other target there is none to choose yet
    put(draft_entry(target, 6, "1", JULY), "乙")
    assert f'progressentry/{other.pk}/change/">{words}' in official.get(desk(target)).content.decode()
