"""上级报表 on its pages: uploaded, looked at, filled in each month, and what a later file of it asks."""

import re
from decimal import Decimal
from urllib.parse import unquote

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from targets.explain.files import FILE_REFUSALS
from targets.models import AuditRecord, KeptFile, SuperiorForm, Target
from targets.reading.sheet import read
from targets.reading.sheet.cells import place_of
from targets.workbooks.superior import fill
from tests.factories import author, coordinator, deputy, file_entry, make_plan, make_target
from tests.files import hostile, table
from tests.pages import form_on
from tests.superior.district import form as districts
from tests.superior.forms import two_levels
from tests.superior.world import JULY, mapped, mapping

pytestmark = pytest.mark.django_db
LIST = "/reports/superior/?plan=P25"


def upload(desk, content, place=LIST, **posted):
    return desk.post(place, {"file": SimpleUploadedFile("区月报.xlsx", content), **posted})


def text_of(answer):
    return answer.content.decode()


def cell(content, address):
    found = read(content).sheets[0].cells.get(place_of(address))
    return found and found.value


def downloaded(desk, pk, period):
    answer = desk.get(f"/reports/superior/{pk}/fill/?period={period}")
    return b"".join(answer.streaming_content), unquote(answer["Content-Disposition"])


def test_a_form_is_uploaded_mapped_once_and_filled_each_month(desk, plan):
    file_entry(plan.targets.get(number=1), 7, "310.5", JULY.replace(month=8), narrative="稳中有进")
    content = two_levels().content
    looked_at = upload(desk, content)
    page = desk.get(looked_at.url)
    posted = form_on(page, "mapping") | {"_save": "1"}
    assert posted["name"] == "区月报"
    nameless = desk.post(looked_at.url, posted | {"name": ""})
    assert "必填" in text_of(nameless)
    assert not SuperiorForm.objects.exists()
    saved = desk.post(looked_at.url, posted)
    stored = SuperiorForm.objects.get()
    assert saved.url == f"/reports/superior/{stored.pk}/"
    assert stored.mapped == 5
    KeptFile.objects.forget(timezone.now() + timezone.timedelta(days=9))
    page = text_of(desk.get(f"{saved.url}?period=6"))
    for said in ("填入14个单元格", "该项无此数据", "对应关系", "区直单位自己的指标"):
        assert said in page
    kept = page.partition("未对应本计划目标任务的行，保持原样")[2].partition("</details>")[0]
    assert re.findall(r"<li>(.*?)</li>", kept) == ["第11行 6 区直单位自己的指标"]
    june, name = downloaded(desk, stored.pk, 6)
    july, _name = downloaded(desk, stored.pk, 7)
    assert "区月报（2025年6月）.xlsx" in name
    assert (cell(june, "E6"), cell(june, "H6")) == (Decimal("265.2"), "产值增长平稳")
    assert (cell(july, "E6"), cell(july, "H6")) == (Decimal("310.5"), "稳中有进")
    assert cell(july, "E11") == 12  # the superior's own
    original = desk.get(f"{saved.url}original/")
    assert b"".join(original.streaming_content) == content
    assert f"/reports/superior/{stored.pk}/fill/" in text_of(desk.get("/reports/?plan=P25"))
    acts = list(AuditRecord.objects.filter(kind="superiorform").order_by("pk").values_list("act", flat=True))
    assert acts == ["create", "export", "export", "export"]


def test_a_later_file_is_filled_by_its_labels_and_asked_about(desk, plan):
    stored = mapped(plan, two_levels().content)
    place = f"/reports/superior/{stored.pk}/"

    def july(made, page):
        page["E4"] = "1—7月完成情况"

    same = upload(desk, two_levels(july).content, place, _upload="1")
    assert same.url == place  # the month alone is no change
    stored.refresh_from_db()
    assert stored.version == 1

    def moved(made, page):
        page.insert_cols(5)
        page["E4"] = "权重"
        page.move_range("A6:K6", rows=20)  # the first row goes below the others
        page["B8"] = "新增“四上”企业"

    content = two_levels(moved).content
    asked = upload(desk, content, place, _upload="1")
    assert asked.url.startswith(f"{place}?file=")
    page = text_of(desk.get(asked.url))
    for said in ("新增列", "权重", "缺少行", "新增规上工业企业", "新增行", "列位置有变动", "行位置有变动"):
        assert said in page
    posted = form_on(desk.get(asked.url), "mapping") | {"_save": "1"}
    assert "请核对标出的内容" in text_of(desk.post(asked.url, posted))
    assert cell(downloaded(desk, stored.pk, 6)[0], "E6") == Decimal("265.2")  # still the file before
    assert desk.post(asked.url, posted | {"checked": "on"}).status_code == 302
    filled, _name = downloaded(desk, stored.pk, 6)
    assert cell(filled, "F26") == Decimal("265.2")
    assert cell(filled, "F7") == 52000
    assert cell(filled, "E7") is None


def test_a_form_is_asked_about_where_it_says_too_little(plan):
    strangers = mapping(plan, table([["序号", "指标名称", "累计完成"], ["1", "外贸进出口", ""]]))
    assert not strangers.is_valid()
    assert "还没有一行" in str(strangers.errors)
    content = districts(6)
    unlooked = mapping(plan, content, checked="")
    assert unlooked.errors == {"checked": ["请核对标出的内容，然后勾选此项。"]}
    name = next(name for name in unlooked.fields if name.startswith("row-"))
    form = mapping(plan, content, **{name: "没有的目标"})
    assert form.errors[name] == ["本计划没有这项目标任务，请从列表中选择。"]
    form = mapping(plan, content, **{name: plan.targets.get(number=2).code.lower()})
    assert form.is_valid(), form.errors
    other_rows = mapping(plan, content, first_heading="4", last_heading="4")
    assert other_rows.layout.first == 4
    other_rows.is_valid()
    assert not other_rows.may_be_kept()
    untitled = mapping(plan, table([["一", "二"], ["三", "四"]]))
    assert not untitled.is_valid()
    assert "哪一列是各行的名称" in str(untitled.errors)


def test_numbers_of_a_list_decide_where_names_are_much_alike(plan):
    for number, title in enumerate(("道路改造一期", "道路改造二期"), start=21):
        make_target(plan, title=title, number=number)
    rows = [["序号", "项目名称", "累计完成"], ["21", "道路改造", ""], ["22", "道路改造（续）", ""]]
    form = mapping(plan, table(rows), numbering="plan")
    assert [form.proposals[row.label].target.number for row in form.rows] == [21, 22]
    assert form.counts["doubt"] <= 1


def test_what_is_no_sound_workbook_is_refused_in_a_sentence(desk):
    wanted = {"file_is_old", "file_is_encrypted", "file_has_dtd", "file_unpacks_large", "file_has_macros"}
    makes = {key: make for make, key in hostile.FILES.values() if key in wanted}
    assert makes.keys() == wanted
    for key, make in makes.items():
        answer = upload(desk, make())
        assert answer.status_code == 400
        assert str(FILE_REFUSALS[key])[:6] in text_of(answer)
    assert not KeptFile.objects.exists()


def test_figures_are_left_open_for_a_reason_or_carried(plan):
    rows = [
        ["指标名称", "计量单位", "上月累计完成", "本月累计完成（亿元）", "完成率", "下一步措施"],
        ["规上工业总产值", "", "", "", "", ""],
        ["固定资产投资", "公里", "", "", "", ""],
        ["新增规上工业企业", "家", "", "", "", ""],
    ]
    stored = mapped(plan, table(rows))
    assert stored.holds["上月累计完成"] == "previous-value"
    told = fill(stored, plan.periods.get(number=7), viewer=coordinator(), today=JULY.replace(month=8))
    assert cell(told.content, "C2") == Decimal("265.2")
    assert {(each.row.place, each.column.place, each.why) for each in told.carried} >= {(2, 4, "沿用6月")}
    left = {(each.row.place, each.column.place): each.why for each in told.left}
    assert left[3, 4] == "计量单位不同：表内为公里，本计划为亿元"
    assert left[2, 6] == "本期无文字"
    early = fill(stored, plan.periods.get(number=5), viewer=coordinator(), today=JULY)
    assert {each.why for each in early.left if each.column.place == 4} >= {"本期未报"}
    assert early.count == 0


def test_two_people_do_not_overwrite_each_other(plan):
    content = two_levels().content
    stored = mapped(plan, content)
    mine, theirs = (SuperiorForm.objects.get(pk=stored.pk) for _ in range(2))
    told = {"name": "甲"}
    mine.keep(told, mine.file, by=coordinator(), seen=0)
    with pytest.raises(ValidationError, match="刚被他人修改"):
        theirs.keep({"name": "乙"}, theirs.file, by=deputy(), seen=0)
    with pytest.raises(PermissionDenied):
        theirs.keep({"name": "乙"}, theirs.file, by=author(), seen=1)
    assert SuperiorForm.objects.get().name == "甲"


def test_a_form_names_targets_of_its_plan_until_that_is_archived(desk, plan):
    stored = mapped(plan, two_levels().content)
    stored.refresh_from_db()
    stored.rows[0][2] = make_target(make_plan("X25")).pk
    with pytest.raises(ValidationError, match="其他计划"):
        stored.save()
    stored.refresh_from_db()
    Target.objects.filter(number=3).update(title="改名")  # today's names are not what a row is known by
    assert fill(stored, plan.periods.get(number=6), viewer=coordinator()).count == 14
    plan.close(at=timezone.now())
    plan.archive(at=timezone.now())
    for posted in (
        {"_remove": "1"},
        {**form_on(desk.get(f"/reports/superior/{stored.pk}/"), "mapping"), "_save": "1"},
    ):
        desk.post(f"/reports/superior/{stored.pk}/", {**posted, "checked": "on"})
        assert SuperiorForm.objects.get().version == 0


def test_a_form_is_removed_and_a_file_that_is_gone_is_told(desk, plan):
    stored = mapped(plan, two_levels().content)
    place = f"/reports/superior/{stored.pk}/"
    stored.file.forget_bytes()
    assert "重新选择" in text_of(desk.get(place))
    assert desk.get(f"{place}fill/?period=6").url == place
    assert desk.get(f"{place}fill/?period=99").status_code == 404
    assert desk.post(place, {"_remove": "1"}).url == LIST
    assert not SuperiorForm.objects.exists()
    assert desk.get("/reports/superior/new/?plan=P25&file=x").url == LIST
