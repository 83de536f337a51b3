"""The yearly notice of holidays, pasted as it was published: each day read, each slip refused."""

from datetime import date, timedelta

import pytest

from targets.reading.holidays import REFUSALS, NoticeRefusal, SpecialDay, read_notice

NOTICE_2025 = """国务院办公厅关于2025年部分节假日安排的通知
国办发明电〔2024〕12号
各省、自治区、直辖市人民政府，国务院各部委、各直属机构：
经国务院批准，现将2025年元旦、春节、清明节、劳动节、端午节、国庆节和中秋节放假调休日期的具体安排通知如下。
一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作，遇有重大突发事件，要按规定及时报告并妥善处置。
国务院办公厅
2024年11月12日"""

NOTICE_2026 = (
    "一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。"
    "二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。"
    "2月14日（周六）、2月28日（周六）上班。"
)


def days(first, last, note):
    return [SpecialDay(first + timedelta(n), False, note) for n in range((last - first).days + 1)]


def worked(month, number, note, year=2025):
    return SpecialDay(date(year, month, number), True, f"{note}调休")


def test_whole_notice_is_read():
    assert read_notice(NOTICE_2025, 2025) == sorted([
        *days(date(2025, 1, 1), date(2025, 1, 1), "元旦"),
        *days(date(2025, 1, 28), date(2025, 2, 4), "春节"),
        worked(1, 26, "春节"), worked(2, 8, "春节"),
        *days(date(2025, 4, 4), date(2025, 4, 6), "清明节"),
        *days(date(2025, 5, 1), date(2025, 5, 5), "劳动节"),
        worked(4, 27, "劳动节"),
        *days(date(2025, 5, 31), date(2025, 6, 2), "端午节"),
        *days(date(2025, 10, 1), date(2025, 10, 8), "国庆节、中秋节"),
        worked(9, 28, "国庆节、中秋节"), worked(10, 11, "国庆节、中秋节"),
    ])  # fmt: skip


def test_items_pasted_into_one_line_are_told_apart():
    assert read_notice(NOTICE_2026, 2026) == sorted([
        *days(date(2026, 1, 1), date(2026, 1, 3), "元旦"),
        worked(1, 4, "元旦", 2026),
        *days(date(2026, 2, 15), date(2026, 2, 23), "春节"),
        worked(2, 14, "春节", 2026), worked(2, 28, "春节", 2026),
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("line", "year", "rests", "works"),
    [
        pytest.param("一、元旦：1月1日放假，与周末连休。", 2024, [(1, 1)], [], id="beside a weekend"),
        pytest.param(
            "二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。"
            "鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。",
            2024,
            [(2, day) for day in range(10, 18)],
            [(2, 4), (2, 18)],
            id="advice gives no holiday",
        ),
        pytest.param(
            "三、清明节：4月5日放假，4月6日（星期一）补休。", 2015, [(4, 5), (4, 6)], [], id="made up for"
        ),
        pytest.param("元旦: １月１日（周三）放假１天", 2025, [(1, 1)], [], id="full-width, no number"),
    ],
)
def test_other_wordings(line, year, rests, works):
    found = read_notice(line, year)
    assert [(d.date.month, d.date.day) for d in found if not d.works] == rests
    assert [(d.date.month, d.date.day) for d in found if d.works] == works


def test_a_holiday_of_two_days_and_one_without_its_item_keep_their_names():
    found = read_notice("清明节：4月4日至5日放假，共2天。4月6日上班。", 2025)
    assert found == [*days(date(2025, 4, 4), date(2025, 4, 5), "清明节"), worked(4, 6, "清明节")]


def test_a_holiday_has_at_most_fifteen_days():
    assert len(read_notice("国庆节：10月1日至15日放假。", 2025)) == 15
    with pytest.raises(NoticeRefusal):
        read_notice("国庆节：10月1日至16日放假。", 2025)


def test_holiday_may_begin_in_the_year_before():
    found = read_notice("一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。", 2023)
    assert [d.date for d in found] == [date(2022, 12, 31), date(2023, 1, 1), date(2023, 1, 2)]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param("一、元旦：1月1日（周四）放假1天。", "notice_weekday", id="another year's notice"),
        pytest.param("三、清明节：4月4日至6日放假，共4天。", "notice_count", id="days that do not add up"),
        pytest.param("一、元旦：放假1天。", "notice_unreadable", id="a holiday without its day"),
        pytest.param("一、元旦：1月1日另行通知放假。", "notice_unreadable", id="words in between"),
        pytest.param("一、元旦：1月1日、放假1天。", "notice_unreadable", id="a day that is missing"),
        pytest.param("一、元旦：1月1日及2日放假。", "notice_unreadable", id="days joined by other words"),
        pytest.param("四、劳动节：5月5日至1日放假。", "notice_unreadable", id="backwards"),
        pytest.param("四、劳动节：5月1日至6月5日放假。", "notice_unreadable", id="a month long"),
        pytest.param("四、劳动节：2月30日放假。", "notice_day_does_not_exist", id="30 February"),
        pytest.param("1月1日放假，请周知", "notice_unreadable", id="a holiday without its name"),
        pytest.param("一、元旦：1日放假。", "notice_unreadable", id="a day without its month"),
        pytest.param("一、元旦：1月1日放假。1月1日上班。", "notice_contradicts", id="rests and works"),
        pytest.param("各单位：\n请妥善安排值班。\n2024年11月12日", "notice_is_empty", id="no holiday at all"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(text, key):
    with pytest.raises(NoticeRefusal) as refused:
        read_notice(text, 2025)
    assert refused.value.key == key
    assert key in REFUSALS
    assert refused.value.line in text


def test_one_bad_line_refuses_the_whole_notice():
    spoiled = NOTICE_2025.replace("5月31日（周六）", "5月31日（周五）")
    with pytest.raises(NoticeRefusal) as refused:
        read_notice(spoiled, 2025)
    assert refused.value.line.startswith("五、端午节")
