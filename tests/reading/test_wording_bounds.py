"""Words that come close to others: what a phrase says, and what its neighbour does."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from targets.reading.wording import Reading, deadline, read, read_all
from targets.reading.wording.amounts import numeral
from tests.reading.test_wording import says

NUMBER = Reading(unsure="number")
JUNE = {"due_on": date(2026, 6, 30), "due_text": "6月底前"}
PARKS = says("flow", "gte", "5", "个")
SCHOOLS = says("flow", "gte", "5", "所")


# --- numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "number"),
    [("十五", 15), ("二十", 20), ("二十五", 25), ("一百零五", 105), ("九千九百九十九", 9999), ("两千", 2000),
     ("一二三", None), ("零", None), ("12", 12), ("1.2.3", None)],
)  # fmt: skip
def test_a_numeral_is_a_number_and_a_list_is_none(words, number):
    assert numeral(words) == number


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # scales
        ("投资2千万元", says("flow", "gte", "2000", "万元")),
        ("投资3百万元", says("flow", "gte", "300", "万元")),
        ("接待5千人", says("flow", "gte", "5000", "人")),
        ("税收3亿6000万元以下", says("flow", "lte", "3.6", "亿元")),
        # one scale after another has to be the smaller
        ("投资3万1万元", NUMBER),
        ("投资3万5万元", NUMBER),
        # two ends of one unit
        ("税收5000万元至1亿元", says("flow", "between", "0.5", "亿元", upper_value="1")),
        ("税收5000亿元至1万亿元", says("flow", "between", "0.5", "万亿元", upper_value="1")),
        ("覆盖5000万户至1亿人", NUMBER),
        ("投资10元至1万元", NUMBER),
        ("企业2万家至5家", NUMBER),
        # tenths and hundredths, with the word behind them
        ("处置率九成以上", says("ratio", "gte", "90", "%")),
        ("处置率九成半以上", says("ratio", "gte", "95", "%")),
        ("处置率九成以下", says("ratio", "lte", "90", "%")),
        ("处置率百分之八以下", says("ratio", "lte", "8", "%")),
    ],
)
def test_the_number_of_a_phrase(words, expected):
    assert read_all(words) == [expected]


# --- what the number counts ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "measure"),
    [
        ("产量达到5万吨", "flow"),
        ("产量增加5万吨", None),  # from last year's level
        ("发案控制在30起以内", "flow"),
        ("万人发案率控制在30起以内", None),
        ("低保标准达到每人每月860元", "stock"),
        ("收入达到5万元", "flow"),
        ("户均收入达到5万元", None),  # of the year, or at a day
        ("亩均税收达到30万元", None),
        ("亩均税收达到30万元/亩", "flow"),
        ("职工总数控制在5人以内", "stock"),
        ("事故死亡总数控制在5人以内", "flow"),
        ("信访存量控制在5件以内", "stock"),
        ("企业达到20家", "stock"),
        ("企业达到规上20家", "stock"),
        ("招引企业达到20家", None),  # those of the year, or all of them
        ("盘活存量土地500亩", "flow"),
        ("确保机动车保有量达到500辆", "stock"),
        ("上线率达到98%", "ratio"),
        ("收入增长6%", "growth"),
    ],
)
def test_the_measure_is_that_of_the_noun_next_to_the_number(words, measure):
    assert read(words).measure == measure


def test_a_rate_that_rises_by_a_percentage_is_doubted_only_where_the_words_touch():
    assert (read("上线率提高2%").measure, read("上线率提高2%").unsure) == ("growth", "change")
    assert (read("上线率稳步提高2%").measure, read("上线率稳步提高2%").unsure) == ("growth", None)


@pytest.mark.parametrize(
    ("words", "measures"),
    [
        ("新建学校5所，医院2所", ["flow", None]),  # another clause has its own words
        ("新建学校5所、医院2所", ["flow", "flow"]),
        ("新建学校5所，其中小学2所", ["flow", "flow"]),
        ("新建学校5所（其中小学2所）", ["flow", "flow"]),
        ("收入增长6%，其中企业5家", ["growth", None]),
        ("新建学校5所，企业达到20家、商户达到30户", ["flow", "stock", "stock"]),
    ],
)
def test_what_one_number_counts_holds_for_the_next_only_where_it_goes_on(words, measures):
    assert [reading.measure for reading in read_all(words)] == measures


# --- at least, at most ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "comparator", "is_fall"),
    [
        ("单位能耗达到3吨", None, False),  # of an unwanted thing neither
        ("单位能耗压降达到3%", "gte", True),
        ("违建达到5处", None, False),
        ("整治违建达到5处", "gte", False),
    ],
)
def test_to_reach_a_number_of_what_is_unwanted_says_a_side_only_with_a_deed(words, comparator, is_fall):
    assert (read(words).comparator, read(words).is_fall) == (comparator, is_fall)


@pytest.mark.parametrize(
    ("words", "is_relative"),
    [("企业增加5家", True), ("占比提高2个百分点", True), ("差距控制在2个百分点以内", True),
     ("企业达到5家", False), ("收入增长6%", False), ("占比达到2%", False)],
)  # fmt: skip
def test_a_change_that_is_no_percentage_is_from_last_year_s_level(words, is_relative):
    assert read(words).is_relative is is_relative


def test_a_clause_has_the_direction_of_its_own_words():
    assert read_all("降低失业率，收入增长6%左右") == [says("growth", "approx", "6", "%")]


def test_bare_numbers_take_the_comparator_before_them():
    ceilings = [says("ratio", "lte", "5", "%"), says("ratio", "lte", "6", "%")]
    assert read_all("失业率不高于5%、6%") == ceilings
    floors = [says("growth", "gte", "5", "%"), says("growth", "gte", "6", "%")]
    assert read_all("增长不低于5%和6%") == floors


def test_the_comparator_behind_a_list_is_not_that_of_what_stands_before_it():
    found = read_all("新建学校5所，税收、投资、消费分别增长3%、6%和7%左右")
    assert [reading.comparator for reading in found] == ["gte", "approx", "approx", "approx"]


@pytest.mark.parametrize(
    ("words", "comparator"),
    [
        ("力争企业5家", "gte"),
        ("力争企业缩至5家", None),  # a level, but is it a floor?
        ("更新周期5天", None),
        ("处理不良率5%", None),  # of what is unwanted
        ("提高办结率至95%", "gte"),
        ("降低失业率至5%", "lte"),
    ],
)
def test_a_level_has_a_side_only_by_the_way_to_it(words, comparator):
    (reading,) = read_all(words)
    assert (reading.comparator, reading.unsure) == (comparator, None)


def test_a_rate_raised_by_a_number_may_be_raised_to_it():
    assert read("提高办结率95%").unsure == "change"


def test_other_words_end_what_one_number_says_for_the_next():
    assert read_all("税收增长6%、力争7%")[1] == says("growth", "gte", "7", "%", "stretch")
    assert read_all("税收增长6%、投资7%")[1].measure is None


@pytest.mark.parametrize(
    ("words", "unsure"),
    [
        ("新增30", None),
        ("死亡率控制在0.03以内", None),
        ("新增企业30", "number"),
        ("新增30盒", "number"),
        ("新增30盒 药品", "number"),
    ],
)
def test_a_number_without_a_unit_stands_right_behind_its_verb(words, unsure):
    assert read(words).unsure == unsure


# --- places --------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["综合排名3位", "综合排名：3位"])
def test_a_place_said_without_its_ordinal(words):
    assert read_all(words) == [says("rank", "lte", "3", "位")]


@pytest.mark.parametrize(
    ("words", "measure", "unsure"),
    [
        ("排名前进5位", "rank", "place"),
        ("排名进5位", "rank", "place"),
        ("培训学员5位", "flow", None),  # people, not places
        ("引进专家5名", "flow", None),
        ("引进5名", "flow", None),
    ],
)
def test_places_gained_are_no_place_and_people_are_neither(words, measure, unsure):
    (reading,) = read_all(words)
    assert (reading.measure, reading.unsure) == (measure, unsure)


# --- several in one text -------------------------------------------------------------------------


def test_a_first_of_its_kind_beside_its_number_is_counted_once():
    assert read_all("实现5个零的突破") == [says(None, "gte", "5", "个")]
    assert read_all("实现零的突破") == [says("flow", "gte", "1")]


def test_dated_words_are_a_node_unless_their_sentence_has_a_number():
    parks = replace(PARKS, **JUNE)
    assert read_all("6月底前道路见新", year=2026) == [says("milestone", **JUNE)]
    assert read_all("6月底前道路见新，新建公园5个", year=2026) == [parks]
    assert read_all("新建公园5个，6月底前道路见新", year=2026) == [PARKS]


def test_beside_a_number_that_cannot_be_read_no_number_counts():
    found = read_all("新增5家1.2.3户")
    assert [(reading.value, reading.unsure) for reading in found] == [(None, "number")] * 2


def test_more_numbers_than_a_phrase_has_are_not_read():
    assert [reading.value for reading in read_all("新增" + "5家" * 12)] == [Decimal(5)] * 12
    assert read_all("新增" + "5家" * 13) == [NUMBER]


# --- days ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "due_on", "due_text", "rest"),
    [
        ("6月底前培育企业100家", date(2026, 6, 30), "6月底前", "培育企业100家"),
        ("新建学校5所2026年9月底前", date(2026, 9, 30), "2026年9月底前", "新建学校5所"),
        ("建成公园2026年6月底前", date(2026, 6, 30), "2026年6月底前", "建成公园"),
        ("三年内培育企业100家", None, "三年内", "三年内培育企业100家"),  # which day is not certain
        ("汛期前巡查5次", None, "汛期前", "汛期前巡查5次"),
        ("汛期巡查5次", None, None, "汛期巡查5次"),  # a season is no deadline
    ],
)
def test_a_deadline_is_taken_out_of_the_words_where_its_day_is_certain(words, due_on, due_text, rest):
    reading = read(words, year=2026)
    assert (reading.due_on, reading.due_text, reading.words) == (due_on, due_text, rest)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("6月底前", date(2026, 6, 30)),
        ("2027年6月底前", date(2027, 6, 30)),
        ("6月底前、9月底前", date(2026, 9, 30)),  # the last that is named
        *[(f"{name}季度末前", date(2026, 3, 31)) for name in ("一", "1", "第一")],
        *[(f"{name}季度末前", date(2026, 6, 30)) for name in ("二", "2")],
        *[(f"{name}季度末前", date(2026, 9, 30)) for name in ("三", "3")],
        *[(f"{name}季度末前", date(2026, 12, 31)) for name in ("四", "4")],
        ("上半年", date(2026, 6, 30)),
        ("下半年", date(2026, 12, 31)),
        ("6月前", None),
        ("长期", None),
        ("尽快", None),
        ("6月底前" + "，" * 1996, date(2026, 6, 30)),
        ("6月底前" + "，" * 1997, None),
    ],
    ids=lambda words: str(words)[:20],
)
def test_a_day_alone(words, day):
    assert deadline(words, year=2026) == day


def test_a_page_is_no_phrase():
    assert len(read_all("新增5家" + "，" * 1996)) == 1
    assert read_all("新增5家" + "，" * 1997) == []


def test_words_keep_their_place_behind_brackets():
    found = read_all("新建学校5所（其中小学2所），新建公园（全长6公里）3座，新建医院1所")
    assert (found[0].words, found[-1].words) == ("新建学校5所", "新建医院1所")


def test_a_number_of_its_own_cell_belongs_to_the_words_before_it():
    with_words, alone = (
        read_all(title, number=Decimal(520), unit="亿元")[0] for title in ("产值：", "：")
    )  # fmt: skip
    assert (with_words.measure, with_words.words, with_words.start, with_words.end) == ("flow", "产值", 0, 3)
    assert (alone.measure, alone.value, alone.words) == (None, 520, "")
    (behind,) = read_all("产值，", number=Decimal(520), unit="亿元")
    assert (behind.value, behind.start, behind.end) == (520, 0, 3)


# --- measured against others, or none at all -----------------------------------------------------


@pytest.mark.parametrize(
    ("words", "comparator", "is_relative"),
    [
        ("产值持平", None, False),
        ("产值与上年持平", None, True),
        ("产值与全市相当", None, False),
        ("上年产值相当", None, True),
        ("产值不低于上年", "gte", True),
        ("产值不低于全市平均", "gte", False),
        ("达到上年水平", "gte", True),
        ("保持上年水平", None, True),
        ("控制在上年以内", "lte", True),
    ],
)
def test_a_promise_against_another_series_says_only_the_side(words, comparator, is_relative):
    (reading,) = read_all(words)
    assert (reading.comparator, reading.is_relative, reading.unsure) == (comparator, is_relative, "against")


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("不低于新增企业20家", 20),
        ("不低于 新增企业20家", 20),
        ("不低于全市企业20家", None),  # of others
        ("不低于规上新增企业20家", None),
    ],
)
def test_a_deed_behind_a_comparison_is_counted_and_other_words_are_compared_with(words, value):
    (reading,) = read_all(words)
    assert (reading.comparator, reading.value) == ("gte", value)
    assert reading.unsure == (None if value else "against")


def test_alike_without_another_series_is_no_promise():
    assert read_all("发展水平相当") == []
    assert read_all("产值发展同步") == []
    assert read("产值与发展同步").unsure == "against"


@pytest.mark.parametrize(
    ("words", "unsure"),
    [("杜绝事故", None), ("防止事故", None), ("避免事故发生", None),
     ("杜绝浪费", "zero"), ("防止污染", "zero"), ("加强管理杜绝浪费", "zero")],
)  # fmt: skip
def test_none_of_what_happens_is_at_most_nothing_and_of_the_rest_a_question(words, unsure):
    (reading,) = read_all(words)
    value = None if unsure else 0
    assert (reading.comparator, reading.value, reading.unsure) == ("lte", value, unsure)


@pytest.mark.parametrize(
    ("words", "unit"),
    [("零事故", "起"), ("事故为零", "起"), ("事故死亡人数为零", "人"), ("人员伤亡为零", "人"),
     ("隐患为零", None), ("投诉清零", None)],
)  # fmt: skip
def test_nothing_of_people_is_counted_in_people(words, unit):
    reading = read(words)
    assert (reading.unit_of_measure, reading.unsure) == (unit, None if unit else "zero")


def test_to_prevent_is_no_goal_beside_soft_words():
    assert read_all("加强管理防止污染") == [Reading("qualitative")]


# --- what is beside the goal ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("总投资5亿元", []),  # the size of a thing
        ("建设总投资5亿元", []),
        ("完成总投资5亿元", [5]),
        ("总投资增长5%", [5]),
        ("投资5亿元以上厂房9栋", [9]),
        ("产值5亿元以上棚9个", [9]),
        ("1.5公里管网建成", [None]),  # a node
        ("1.5公里路 建成", [None]),
        ("企业5家以上并新增厂房3栋", [5, 3]),
        ("打造两倍效率", []),
    ],
)
def test_a_number_that_describes_a_thing_is_no_goal(words, values):
    assert [reading.value for reading in read_all(words)] == values


@pytest.mark.parametrize(
    ("words", "unsure"),
    [
        ("各村新建公园5个", "each"),
        ("新建公园5个", None),
        ("各村覆盖率达到95%", None),
        ("覆盖率均达95%", None),
    ],
)
def test_a_number_of_each_is_not_that_of_all_unless_it_is_a_rate(words, unsure):
    assert read(words).unsure == unsure


def test_one_deed_serves_its_whole_list():
    assert [reading.comparator for reading in read_all("整治违建5处、违法用地2处")] == ["gte", "gte"]
    assert [reading.comparator for reading in read_all("整治违建5处，违法用地2处")] == ["gte", None]


def test_what_is_forbidden_is_no_goal_unless_a_limit_is_said():
    assert read("严控新增债务5亿元").unsure == "denied"
    limit = read("严控债务不超过5亿元")
    assert (limit.comparator, limit.value, limit.unsure) == ("lte", 5, None)


@pytest.mark.parametrize(
    ("words", "is_relative"),
    [("增加企业20家", True), ("增加企业至20家", False), ("增加企业稳定在20家", False)],
)
def test_a_change_to_a_level_names_the_level(words, is_relative):
    assert (read(words).value, read(words).is_relative) == (20, is_relative)


@pytest.mark.parametrize(
    ("words", "unit"), [("税收达到2.4亿", "亿元"), ("税收达到2.4万", "万元"), ("产量达到2.4亿", "亿")]
)
def test_a_bare_scale_of_money_is_of_yuan(words, unit):
    assert read(words).unit_of_measure == unit


@pytest.mark.parametrize(
    ("words", "multiplier", "unsure"),
    [
        ("效率达到两倍", 2, None),
        ("效率提高两倍", 3, None),
        ("增长999倍", 1000, None),
        ("增长1000倍", None, "number"),
        ("减少2倍", None, "number"),
    ],
)
def test_times_the_baseline(words, multiplier, unsure):
    (reading,) = read_all(words)
    assert (reading.multiplier, reading.unsure) == (multiplier, unsure)


@pytest.mark.parametrize(
    ("words", "unsure"), [("排名不低于第3位", None), ("排名高于第3位", "place"), ("排名超过第3位", "place")]
)
def test_better_than_a_place_does_not_say_which(words, unsure):
    (reading,) = read_all(words)
    assert (reading.measure, reading.value, reading.unsure) == ("rank", None if unsure else 3, unsure)


# --- whether it can start ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reading", "doubt", "state"),
    [
        (says("flow", "gte", "5", "家"), None, "active"),
        (says("flow", "gte", None, "家"), "value", "undefined"),
        (says(None, "gte", "5", "家"), "measure", "undefined"),
        (says("flow", None, "5", "家"), "comparator", "undefined"),
        (says("flow", "gte", "5", "家", is_relative=True), "change", "undefined"),
        (says("growth", "gte", "5", "%", is_fall=True), "fall", "undefined"),
        (says("flow", "gte", "5", "家", unsure="each"), "each", "undefined"),
        (says("flow", "gte", multiplier="2"), "multiple", "undefined"),
        (says("milestone"), None, "active"),
        (says("qualitative"), None, "watch"),
    ],
)
def test_a_target_starts_with_all_that_its_light_needs(reading, doubt, state):
    assert (reading.doubt, reading.state) == (doubt, state)


@pytest.mark.parametrize(
    "words", ["事故严禁超过5起", "禁止超过5起事故", "事故起数严控超过5起", "严防超过5起事故"]
)
def test_what_is_forbidden_to_exceed_is_a_ceiling(words):
    found = read(words)
    assert (found.comparator, found.value, found.state) == ("lte", 5, "active")


def test_a_bound_behind_what_is_forbidden_is_not_taken_for_a_promise():
    assert read("严防事故超过5起").state == "undefined"
    assert read("严控事故，不超过5起").comparator == "lte"
