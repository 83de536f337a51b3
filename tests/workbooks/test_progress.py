"""Sheet 进展情况表: the offices' twenty columns, each value as it stood on the day asked for."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from targets.models import Domain, SupportingUnit
from targets.register.columns import Kind
from targets.register.register import Register
from targets.status import Status
from targets.workbooks.forms.progress import PROGRESS
from targets.workbooks.looks import PAINTS
from tests.factories import at, file_entry, make_plan, make_target, make_unit
from tests.models.revisions import change
from tests.workbooks.reading import headings, lines, sheet_of, values, xlsx

HEADINGS = [
    "序号", "领域", "目标任务", "计量单位", "年度目标", "上年基数", "累计完成", "完成率（%）",
    "序时进度（%）", "进度差（百分点）", "同比增长（%）", "亮灯", "进展情况", "存在问题", "下一步措施",
    "责任领导", "牵头单位", "配合单位", "完成时限", "备注",
]  # fmt: skip
FIGURES = HEADINGS[4:11]
NODES = [date(2025, 6, 1), date(2025, 12, 1)]


def exported(plan, *, on=date(2025, 7, 16), rows=None, **scope):
    register = Register.at(plan, today=on, **scope)
    return sheet_of(xlsx(register, register.rows() if rows is None else rows))


def label(status):
    with translation.override("zh-hans"):
        return str(status.label)


def fill(cell):
    return cell.fill.fgColor.rgb[2:] if cell.fill.fill_type else None


# --- the specification ------------------------------------------------------------------------


def test_headings_are_literally_those_of_the_form():
    assert [column.sheet for column in PROGRESS.columns] == HEADINGS


def test_the_table_fits_a3_landscape_at_no_less_than_nine_points():
    # A digit of 宋体 11 is 8 pixels wide; the paper less its margins is 1147 points.
    width = sum(column.width for column in PROGRESS.columns) * 8 * 0.75
    assert 10 * min(1, 1147 / width) >= 9


def test_every_status_has_its_paint_and_its_word_can_be_read_on_it():
    assert set(PAINTS) == set(Status)
    assert [status.key for status in Status if _contrast(PAINTS[status]) < 4.5] == []


def _contrast(paint):
    def luminance(colour):
        parts = (int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4))
        r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    light, dark = sorted((luminance(paint.fill), luminance(paint.ink)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


# --- rows -------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_range_shows_both_its_ends():
    plan = make_plan()
    fields = {"measure": "growth", "unit_of_measure": "%", "decimals": 1}
    make_target(plan, comparator="between", target_value=Decimal("4.5"), upper_value=Decimal(5), **fields)
    (line,) = lines(exported(plan, period=6))
    cell = line["年度目标"]
    assert (cell.value, cell.data_type, cell.number_format) == (4.5, "n", '0.0"—5"')


@pytest.mark.django_db
def test_the_document_that_moved_a_node_stands_in_the_remarks():
    plan = make_plan()
    target = make_target(plan, measure="milestone", nodes=NODES)
    change(target, "node", {"due_on": date(2025, 7, 31)}, milestone=target.milestones.first())
    (row,) = values(exported(plan))
    assert row["备注"] == "已调整、临期；外街〔2025〕1号"


@pytest.mark.django_db
def test_a_reported_flow_shows_what_the_rule_used():
    plan = make_plan()
    domain = Domain(plan=plan, name="产业升级")
    domain.save()
    target = make_target(
        plan,
        title="全年工业总产值",
        domain=domain,
        due_on=date(2025, 12, 31),
        baseline_value=Decimal("500.5"),
        accountable_leader_words="副主任 张某",
        note="长说明不进表",
    )
    for order, name in enumerate(("财政所", "统计站")):
        SupportingUnit(target=target, unit=make_unit(name), order=order).save(at=at(date(2025, 1, 1)))
    words = {"narrative": "半年过半。", "issues": "用工紧张", "next_steps": "走访企业"}
    file_entry(target, 6, "265.2", date(2025, 7, 1), yoy=Decimal("-1.4"), **words)

    sheet = exported(plan, period=6)

    assert headings(sheet) == HEADINGS
    assert values(sheet) == [
        dict(
            zip(
                HEADINGS,
                [
                    1, "产业升级", "全年工业总产值", "亿元", 520, 500.5, 265.2, 51, 50, 1, -1.4,
                    label(Status.GREEN), "半年过半。", "用工紧张", "走访企业", "副主任 张某", "经发办",
                    "财政所、统计站", datetime(2025, 12, 31), None,
                ],
                strict=True,
            )
        )
    ]  # fmt: skip
    (line,) = lines(sheet)
    native = {h: (line[h].data_type, line[h].number_format) for h in ("序号", *FIGURES, "完成时限")}
    assert native == {
        "序号": ("n", "0"), "年度目标": ("n", "0.00"), "上年基数": ("n", "0.00"), "累计完成": ("n", "0.00"),
        "完成率（%）": ("n", "0.0"), "序时进度（%）": ("n", "0.0"),
        "进度差（百分点）": ("n", "+0.0;-0.0;0.0"), "同比增长（%）": ("n", "0.0"),
        "完成时限": ("d", "yyyy-mm-dd"),
    }  # fmt: skip
    assert fill(line["亮灯"]) == PAINTS[Status.GREEN].fill


@pytest.mark.django_db
def test_counted_things_have_no_decimals_and_more_than_says_so():
    target = make_target(measure="stock", comparator="gt")
    file_entry(target, 6, 141, date(2025, 7, 1))
    (line,) = lines(exported(target.plan, period=6))
    assert [(line[h].value, line[h].number_format) for h in FIGURES[:4]] == [
        (150, '"＞"0'), (131, "0"), (141, "0"), (50, "0.0"),
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_reported_zero_stays_zero_and_nothing_reported_stays_empty():
    plan = make_plan()
    file_entry(make_target(plan), 2, 0, date(2025, 3, 1), yoy=Decimal("0.0"))
    make_target(plan)
    zero, none = values(exported(plan, period=2))
    assert [zero[h] for h in FIGURES] == [520, None, 0, 0, 16.7, -16.7, 0]
    assert [none[h] for h in FIGURES] == [520, None, None, None, None, None, None]


@pytest.mark.django_db
def test_more_decimals_than_usual_are_shown():
    target = make_target()
    file_entry(target, 6, "265.1234", date(2025, 7, 1))
    (line,) = lines(exported(target.plan, period=6))
    assert (line["累计完成"].value, line["累计完成"].number_format) == (265.1234, "0.0000")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"measure": "milestone", "nodes": NODES}, ["—"] * 7),
        ({"measure": "qualitative", "state": "watch"}, ["—"] * 7),
        ({"measure": "rank", "state": "undefined", "unit_of_measure": "位"}, ["—", None, *["—"] * 5]),
        ({"starts_on": date(2025, 9, 1)}, [520, None, *["—"] * 5]),
    ],
    ids=["nodes", "qualitative", "undefined", "not started"],
)  # fmt: skip
def test_a_dash_stands_where_no_figure_can_be(fields, expected):
    target = make_target(**fields)
    (line,) = values(exported(target.plan, period=6))
    assert [line[h] for h in FIGURES] == expected


@pytest.mark.django_db
def test_a_draft_is_listed_with_dashes_and_without_a_light():
    plan = make_plan(state="drafting")
    make_target(plan)
    (line,) = lines(exported(plan, period=6))
    assert [line[h].value for h in FIGURES] == [520, None, *["—"] * 5]
    assert (line["亮灯"].value, fill(line["亮灯"])) == ("—", None)


@pytest.mark.django_db
def test_a_light_carried_over_is_hollow_and_says_from_when():
    target = make_target()
    file_entry(target, 5, "220", date(2025, 6, 1))
    (line,) = lines(exported(target.plan, on=date(2025, 8, 6)))
    assert (line["亮灯"].value, fill(line["亮灯"])) == (label(Status.GREEN), None)
    assert line["备注"].value == "沿用5月"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"due_on": date(2025, 11, 30), "due_text": "11月底前"}, (datetime(2025, 11, 30), "d")),
        ({"due_text": "年底前"}, ("年底前", "s")),
        ({}, (None, "n")),
    ],
    ids=["day", "words", "none"],
)
def test_the_deadline_is_a_day_where_there_is_one(fields, expected):
    target = make_target(**fields)
    (line,) = lines(exported(target.plan))
    assert (line["完成时限"].value, line["完成时限"].data_type) == expected


@pytest.mark.django_db
def test_typed_text_is_never_run():
    texts = ['=HYPERLINK("http://x.example")', "+1", "-1", "@x"]
    target = make_target(title=texts[0], accountable_leader_words=texts[3], unit_of_measure="亿元")
    file_entry(target, 6, "265.2", date(2025, 7, 1), narrative=texts[1], issues=texts[2])
    (line,) = lines(exported(target.plan, period=6))
    cells = [line[h] for h in ("目标任务", "进展情况", "存在问题", "责任领导")]
    assert [(cell.value, cell.data_type) for cell in cells] == [(text, "s") for text in texts]


@pytest.mark.django_db
def test_a_form_is_in_chinese_whatever_the_interface_speaks():
    target = make_target()
    with translation.override("en"):
        (line,) = values(exported(target.plan))
    assert line["亮灯"] == label(Status.NO_FIGURE)


@pytest.mark.django_db
def test_rows_are_written_as_given_and_none_give_headings_only():
    plan = make_plan()
    for title in ("甲", "乙", "丙"):
        make_target(plan, title=title)
    register = Register.at(plan, today=date(2025, 7, 16))
    some = register.rows(register.targets().filter(number__gte=2).order_by("-number"))
    assert [line["序号"] for line in values(exported(plan, rows=some))] == [3, 2]
    empty = exported(plan, rows=[])
    assert (headings(empty), lines(empty), empty.auto_filter.ref) == (HEADINGS, [], "A1:T1")


@pytest.mark.django_db
def test_no_query_is_made_for_a_row(django_assert_num_queries):
    plan = make_plan()
    for _ in range(3):
        make_target(plan, due_text="年底前")
    register = Register.at(plan, today=date(2025, 7, 16))
    rows = register.rows()
    with django_assert_num_queries(0):
        xlsx(register, rows)


def test_kinds_and_widths_are_sensible():
    assert all(column.width >= 4 for column in PROGRESS.columns)
    assert {column.kind for column in PROGRESS.columns} == set(Kind)


@pytest.mark.django_db
def test_a_net_stock_also_says_its_share_of_the_target_value():
    target = make_target(measure="stock")
    file_entry(target, 6, "141", date(2025, 7, 3))
    (line,) = values(exported(target.plan, period=6))
    assert line["备注"] == "占目标值94.0%"
