import tomllib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from targets.reading.typed import DECIMALS, FIRST_YEAR, LAST_YEAR, WHOLE_DIGITS
from targets.reading.wording import Reading, read, read_all
from targets.reading.wording import words as lexicon

FIXTURES = Path(__file__).parents[2] / "fixtures"
MEASURES = {"flow", "stock", "milestone", "rank", "growth", "ratio", "qualitative"}
COMPARATORS = {"gte", "gt", "lte", "lt", "eq", "approx", "between"}
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def table(*cases):
    return [pytest.param(*values, id=name) for name, *values in cases]


def says(measure=None, comparator=None, value=None, unit=None, firmness=None, **more):
    """A reading without its clues; numbers are written as text."""
    for name in ("upper_value", "multiplier"):
        if name in more:
            more[name] = Decimal(more[name])
    if comparator:
        more.setdefault("direction", "lower" if comparator in ("lte", "lt") else "higher")
    number = None if value is None else Decimal(value)
    return Reading(measure, comparator, number, unit_of_measure=unit, firmness=firmness, **more)


YEAR_END = {"due_on": date(2025, 12, 31)}
SECOND, FIRST = says("rank", "lte", "2", "位"), says("rank", "lte", "1", "位")


@pytest.mark.parametrize(
    ("words", "expected"),
    table(
        # practice 6.3, row by row
        ("reach_470", "达470家", says("stock", "gte", "470", "家")),
        ("reach_in_full", "达到470家", says("stock", "gte", "470", "家")),
        ("reach_or_exceed", "达到或超过470家", says("stock", "gte", "470", "家")),
        ("complete_an_amount", "完成520亿元", says("flow", "gte", "520", "亿元")),
        ("realise", "实现520亿元", says(None, "gte", "520", "亿元")),
        ("no_fewer_than", "不少于470家", says(None, "gte", "470", "家")),
        ("not_below", "不低于470家", says(None, "gte", "470", "家")),
        ("and_above", "1200万人以上", says(None, "gte", "1200", "万人")),
        ("break_through", "突破150家", says("stock", "gt", "150", "家")),
        ("over", "超250家", says("stock", "gt", "250", "家")),
        ("exceed", "超过250家", says("stock", "gt", "250", "家")),
        ("higher_than", "高于250家", says(None, "gt", "250", "家")),
        ("more_than", "多于250家", says(None, "gt", "250", "家")),
        ("beyond_excludes", "250家以外", says(None, "gt", "250", "家")),
        ("charge_at", "冲击520亿元", says(None, "gte", "520", "亿元", "stretch")),
        ("march_towards", "向600亿元迈进", says(None, "gte", "600", "亿元", "stretch")),
        ("march_towards_a_goal", "向600亿元目标迈进", says(None, "gte", "600", "亿元", "stretch")),
        ("challenge", "挑战600亿元", says(None, "gte", "600", "亿元", "stretch")),
        ("strive", "力争20亿元", says(None, "gte", "20", "亿元", "stretch")),
        ("strive_for", "争取达到20家", says("stock", "gte", "20", "家", "stretch")),
        ("make_an_effort", "努力实现20亿元", says(None, "gte", "20", "亿元", "stretch")),
        ("ensure", "确保完成18亿元", says("flow", "gte", "18", "亿元", "binding")),
        ("must_keep", "必保18亿元", says(None, "gte", "18", "亿元", "binding")),
        ("resolutely", "坚决完成18亿元", says("flow", "gte", "18", "亿元", "binding")),
        ("growth_about", "增长6%左右", says("growth", "approx", "6", "%")),
        ("growth_range", "增长4.5%—5%", says("growth", "between", "4.5", "%", upper_value="5")),
        ("fall_about", "降低3.8%左右", says("growth", "approx", "3.8", "%", is_fall=True)),
        ("keep_within", "控制在5.5%以内", says(None, "lte", "5.5", "%")),
        ("not_over", "不超过3%", says(None, "lte", "3", "%")),
        ("second_place", "第2位", SECOND),
        ("top_three", "前三", says("rank", "lte", "3", "位")),
        ("keep_second_place", "保持第2位", SECOND),
        ("rise_to_second_place", "进到第二位", SECOND),
        ("above_average", "高于全市平均水平", says(None, "gt", unsure="against")),
        ("growth_above_average", "增速高于全市平均水平", says(None, "gt", unsure="against")),
        ("as_last_year", "不低于上年", says(None, "gte", is_relative=True, unsure="against")),
        ("no_more_than_last_year", "不得高于去年同期", says(None, "lte", is_relative=True, unsure="against")),
        ("newly_added", "新增30家", says("flow", "gte", "30", "家")),
        ("net_added", "净增30家", says("flow", "gte", "30", "家")),
        ("doubled", "翻一番", says(None, "gte", None, None, "stretch", multiplier="2")),
        ("redoubled", "倍增", says(None, "gte", None, None, "stretch", multiplier="2")),
        ("the_first_ever", "实现零的突破", says("flow", "gte", "1")),
        ("basically_built", "基本建成", says("milestone")),
        ("main_works_done", "主体完工", says("milestone")),
        ("works_begun", "开工建设", says("milestone")),
        ("start_is_soft", "启动", says("qualitative")),
        ("push_on_is_soft", "推进", says("qualitative")),
        ("front_rank_is_soft", "走在前列", says("qualitative")),
        ("marked_rise_is_soft", "明显提升", says("qualitative")),
        ("lasting_betterment_is_soft", "持续改善", says("qualitative")),
        # practice 6.4
        (
            "brief_1_output",
            "锚定2025年实现全年工业总产值冲击520亿元这一任务目标",
            says("flow", "gte", "520", "亿元", "stretch", due_text="全年", **YEAR_END),
        ),
        ("brief_2_rank", "力争推动工业经济体量全面跻身全市第2位", replace(SECOND, firmness="stretch")),
        (
            "brief_3_firms_of_three_industries",
            "力争实现三大主导产业规上企业超250家",
            says("stock", "gt", "250", "家", "stretch"),
        ),
        (
            "brief_4_firms",
            "今年计划推动规上企业达470家",
            says("stock", "gte", "470", "家", "expected", due_text="今年"),
        ),
        ("brief_5_srdi", "省级专精特新企业突破150家", says("stock", "gt", "150", "家")),
        # the fixtures, where their words carry anything
        ("fixture_rank", "跻身全市第2位", SECOND),
        ("fixture_lead", "继续领跑全市", FIRST),
        ("fixture_cluster", "超150亿元", says(None, "gt", "150", "亿元")),
        ("fixture_share_full_width_sign", "超60％", says(None, "gt", "60", "%")),
        ("fixture_done_by", "2025年底完成", says("milestone", due_text="2025年底", **YEAR_END)),
        ("fixture_push", "加快推动", says(firmness="expected")),
        ("fixture_dash_for", "冲刺全市首个亿元村", says(firmness="stretch")),
        ("fixture_lay_out", "前瞻性布局", says("qualitative")),
        ("fixture_reform", "深入推进“物业城市”改革", says("qualitative")),
        ("fixture_grasp", "突出抓好", says("qualitative")),
        ("fixture_carry_out", "集中开展建筑外立面整治", says("qualitative")),
        ("fixture_develop", "大力发展", says("qualitative")),
        ("fixture_deepen", "继续深化", says("qualitative")),
        ("fixture_opened", "最快于明年建成投入使用", says("milestone", due_text="明年")),
        ("fixture_school_places", "新增2160个优质学位", says("flow", "gte", "2160", "个")),
        ("fixture_kept_at", "保持在3000人以上", says("stock", "gte", "3000", "人")),
        ("fixture_investment", "力争完成18亿元", says("flow", "gte", "18", "亿元", "stretch")),
        ("fixture_bare_count", "120家企业复工", says(None, None, "120", "家")),
        ("fixture_quarter", "一季度完工", says("milestone", due_text="一季度")),
        ("fixture_top_three", "进入全区前3位", says("rank", "lte", "3", "位")),
        ("fixture_land", "改造提升1200亩", says("flow", "gte", "1200", "亩")),
        # ceilings
        ("and_below", "3万户以下", says(None, "lte", "3", "万户")),
        ("lowered_to", "降低到5%", says(None, "lte", "5", "%")),
        ("not_higher_than", "不高于5%", says(None, "lte", "5", "%")),
        ("short_of_excludes", "不足10%", says(None, "lt", "10", "%")),
        ("under_excludes", "不满10家", says(None, "lt", "10", "家")),
        ("dissatisfied_is_not_under", "不满意率1%以内", says("ratio", "lte", "1", "%")),
        ("within_days", "压缩至3个工作日以内", says(None, "lte", "3", "个工作日")),
        ("within_days_in_words", "三个工作日内办结", says(None, "lte", "3", "个工作日")),
        ("none_at_all", "控制在0起", says("flow", "lte", "0", "起")),
        ("about", "约500家", says(None, "approx", "500", "家")),
        ("some_more", "400多家", says(None, "gt", "400", "家")),
        ("sign", "≥470家", says(None, "gte", "470", "家")),
        # growth and ratio
        ("growth", "同比增长8%", says("growth", "gte", "8", "%")),
        ("growth_rate_is_no_ratio", "增长率8%以上", says("growth", "gte", "8", "%")),
        ("fall_at_least", "能耗下降3%以上", says("growth", "gte", "3", "%", is_fall=True)),
        ("fall_of_a_ratio", "投诉率下降10%", says("growth", "gte", "10", "%", is_fall=True)),
        (
            "fall_in_points",
            "失业率下降0.5个百分点",
            says("ratio", "gte", "0.5", "个百分点", is_fall=True, is_relative=True),
        ),
        (
            "points_are_no_flow",
            "累计下降0.5个百分点",
            says(None, "gte", "0.5", "个百分点", is_fall=True, is_relative=True),
        ),
        ("ratio", "失业率控制在5.5%以内", says("ratio", "lte", "5.5", "%")),
        ("share", "占比达60%", says("ratio", "gte", "60", "%")),
        ("satisfaction", "群众满意率达到98%以上", says("ratio", "gte", "98", "%")),
        ("coverage", "覆盖率100%", says("ratio", "gte", "100", "%")),
        ("unwanted_without_a_side", "失业率5%", says("ratio", None, "5", "%")),
        ("unwanted_reached", "失业率达到5%", says("ratio", None, "5", "%")),
        ("what_is_done_against_it", "投诉办结率达到98%", says("ratio", "gte", "98", "%")),
        ("ratio_raised_to", "办结率提高到98%", says("ratio", "gte", "98", "%")),
        ("first_to_is_no_ratio", "率先达到98%", says(None, "gte", "98", "%")),
        ("added_value_is_no_growth", "增加值520亿元", says("flow", "gte", "520", "亿元")),
        ("since_a_year", "比2024年增长10%", says("growth", "gte", "10", "%")),
        # multiples of the baseline
        ("redoubled_twice", "翻两番", says(None, "gte", None, None, "stretch", multiplier="4")),
        ("grows_by_times", "增长1.5倍", says(None, "gte", multiplier="2.5")),
        ("is_so_many_times", "达到2020年的3倍", says(multiplier="3")),
        ("rate_of_so_many_times", "周转率2倍以上", says(None, "gte", multiplier="2")),
        ("in_words", "增长两倍以上", says(None, "gte", multiplier="3")),
        # flow and stock
        ("total", "总数达470家", says("stock", "gte", "470", "家")),
        ("number_of", "企业数量470家", says("stock", "gte", "470", "家")),
        ("kept_stock", "汽车保有量达到3.5万辆", says("stock", "gte", "3.5", "万辆")),
        ("cumulative_or_in_all", "累计达到300家", says(None, "gte", "300", "家")),
        ("counted_nodes", "建成口袋公园12个", says("flow", "gte", "12", "个")),
        ("built_up_area_is_no_node", "建成区面积120平方公里", says(None, None, "120", "平方公里")),
        ("deed_after_the_count", "12个小区改造完成", says("flow", "gte", "12", "个")),
        ("amount_at_the_end", "完成固定资产投资18亿元", says("flow", "gte", "18", "亿元")),
        ("amount_as_a_task", "完成固定资产投资18亿元任务", says("flow", "gte", "18", "亿元")),
        ("volume_in_money_is_no_stock", "经济总量突破500亿元", says(None, "gt", "500", "亿元")),
        ("from_and_to", "从96家增加到120家", says("stock", "gte", "120", "家")),
        # numbers
        ("full_width", "达４７０．５亿元", says(None, "gte", "470.5", "亿元")),
        ("thousands", "完成1,234.5万元", says("flow", "gte", "1234.5", "万元")),
        ("thousands_full_width", "新增１，２００户", says("flow", "gte", "1200", "户")),
        ("spaces", "达到 520 亿元", says(None, "gte", "520", "亿元")),
        ("tens_of_thousands", "3.5万户以上", says(None, "gte", "3.5", "万户")),
        ("trillions", "达到1.2万亿元", says(None, "gte", "1.2", "万亿元")),
        ("two_in_words", "新增两个公园", says("flow", "gte", "2", "个")),
        ("twelve_in_words", "新增十二家", says("flow", "gte", "12", "家")),
        ("ninety_nine_in_words", "新增九十九家", says("flow", "gte", "99", "家")),
        ("compound_unit", "亩均税收30万元/亩以上", says("flow", "gte", "30", "万元/亩")),
        ("no_unit", "达3600", says(None, "gte", "3600")),
        ("hyphen_range", "100-120家", says(None, "between", "100", "家", upper_value="120")),
        ("wave_range", "5～6个", says(None, "between", "5", "个", upper_value="6")),
        ("worded_range", "4.5%至5%", says(None, "between", "4.5", "%", upper_value="5")),
        ("worded_range_dao", "3到5个", says(None, "between", "3", "个", upper_value="5")),
        ("range_of_ten_thousands", "1.2万—1.5万户", says(None, "between", "1.2", "万户", upper_value="1.5")),
        ("twice_typed_dash", "增长4.5——5%", says("growth", "between", "4.5", "%", upper_value="5")),
        ("range_the_wrong_way_round", "6%—5.5%", says(None, "between", "5.5", "%", upper_value="6")),
        ("too_long_for_the_field", "达123456789012家", says(unsure="number")),
        ("too_many_decimals", "达12.34567亿元", says(unsure="number")),
        # ranks
        ("top_ten", "进入全省前10强", says("rank", "lte", "10", "位")),
        ("first", "力争全省第一", replace(FIRST, firmness="stretch")),
        ("first_place", "位居首位", FIRST),
        ("at_present_is_no_place", "目前3名干部", says(None, None, "3", "名")),
        ("named_first_school", "第一小学建成", says("milestone")),
        ("first_of_a_list", "第一，加强领导", says("qualitative")),
        ("three_quarters", "前三季度开工", says("milestone", due_text="前三季度")),
        ("top_share_is_no_place", "排名前20%", says("rank", unsure="place", direction="lower")),
        # numbers that are no goals
        ("fine_dust", "PM2.5控制在20微克/立方米以内", says(None, "lte", "20", "微克/立方米")),
        ("mobile_network", "建设5G基站100座", says("flow", "gte", "100", "座")),
        ("hotline", "12345热线满意率98%以上", says("ratio", "gte", "98", "%")),
        ("list_number", "1.新增30家", says("flow", "gte", "30", "家")),
        ("threshold_of_a_count", "超10亿元企业达9家", says("stock", "gte", "9", "家")),
        ("invested_sum", "总投资10亿元的产业园竣工", says("milestone")),
        ("object", "对86.6公顷留用地统一规划", None),
        (
            "extent",
            "力争2025年底完成路口约1.46公顷留用地开发",
            says("milestone", firmness="stretch", due_text="2025年底", **YEAR_END),
        ),
        ("extent_next_to_the_verb_is_the_goal", "完成1200亩农田建设", says("flow", "gte", "1200", "亩")),
        ("policy_name", "实施倍增计划", None),
        ("figure_of_speech", "把安全放在首位", None),
        ("service_hours", "24小时服务", None),
        ("two_safeguards", "落实“两个维护”", says("qualitative")),
        ("three_months", "用三个月完成", says("milestone")),
        ("one_plus_six", "打造1+6个平台", None),
        ("hundreds_in_words", "新增一百二十家", says("flow", "gte", "120", "家")),
        ("decimal_comma", "1,2345家", says(unsure="number")),
        ("short_group", "达12,34家", says(unsure="number")),
        ("range_of_times", "增长2—3倍", says(unsure="number")),
        (
            "unequal_units_of_a_range",
            "100万—1.2亿元",
            says(None, "between", "0.01", "亿元", upper_value="1.2"),
        ),
        ("negative", "-3%", says(unsure="number")),
        ("other_digits", "٣٤家", None),
        ("bare_number", "3.5", says(unsure="number")),
        ("nothing", "", None),
    ),
)
def test_one_promise(words, expected):
    assert read_all(words) == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("words", "expected"),
    table(
        (
            "level_and_growth",
            "地区生产总值突破3600亿元、增长10%以上",
            [says("flow", "gt", "3600", "亿元"), says("growth", "gte", "10", "%")],
        ),
        (
            "floor_and_ambition",
            "必保18亿元、力争20亿元",
            [says(None, "gte", "18", "亿元", "binding"), says(None, "gte", "20", "亿元", "stretch")],
        ),
        (
            "firmness_lasts_through_the_sentence",
            "力争企业超250家，产值占比超60%。数量达9家",
            [
                says("stock", "gt", "250", "家", "stretch"),
                says("ratio", "gt", "60", "%", "stretch"),
                says("stock", "gte", "9", "家"),
            ],
        ),
        (
            "firmness_changes_within_the_item",
            "确保18亿元并力争20亿元",
            [says(None, "gte", "18", "亿元", "binding"), says(None, "gte", "20", "亿元", "stretch")],
        ),
        (
            "comparator_serves_its_own_number",
            "不超过30家其中引进20家",
            [says(None, "lte", "30", "家"), says("flow", "gte", "20", "家")],
        ),
        (
            "deadline_ends_with_its_sentence",
            "2026年竣工。新增30家",
            [
                says("milestone", due_on=date(2026, 12, 31), due_text="2026年"),
                says("flow", "gte", "30", "家"),
            ],
        ),
        (
            "firmness_changes_within_the_sentence",
            "计划企业达470家，确保企业继续领跑全市",
            [says("stock", "gte", "470", "家", "expected"), replace(FIRST, firmness="binding")],
        ),
        (
            "verb_serves_the_whole_enumeration",
            "新增规上企业30家、高新技术企业20家",
            [says("flow", "gte", "30", "家"), says("flow", "gte", "20", "家")],
        ),
        (
            "count_and_its_threshold",
            "9家企业产值突破10亿元",
            [says(None, None, "9", "家"), says("flow", "gt", "10", "亿元")],
        ),
        (
            "node_and_number",
            "学校2026年建成投用，新增2160个学位",
            [
                says("milestone", due_on=date(2026, 12, 31), due_text="2026年"),
                says("flow", "gte", "2160", "个", due_on=date(2026, 12, 31), due_text="2026年"),
            ],
        ),
        (
            "two_nodes",
            "2026年6月底前封顶、12月底前竣工",
            [
                says("milestone", due_on=date(2026, 6, 30), due_text="2026年6月底前"),
                says("milestone", due_on=date(2026, 12, 31), due_text="12月底前"),
            ],
        ),
    ),
)
def test_several_promises_in_order(words, expected):
    assert read_all(words) == expected
    assert read(words) == read_all(words)[0]


@pytest.mark.parametrize(
    ("words", "due_on", "due_text"),
    table(
        ("year", "2025年建成", date(2025, 12, 31), "2025年"),
        ("by_year", "到2025年建成", date(2025, 12, 31), "到2025年"),
        ("end_of_year", "2025年底前建成", date(2025, 12, 31), "2025年底前"),
        ("end_of_month", "2025年2月底前建成", date(2025, 2, 28), "2025年2月底前"),
        ("day", "2025年6月15日前建成", date(2025, 6, 15), "2025年6月15日前"),
        ("iso_day", "2025-06-15前建成", date(2025, 6, 15), "2025-06-15前"),
        ("quarter", "2025年第三季度末建成", date(2025, 9, 30), "2025年第三季度末"),
        ("half_year", "2025年上半年建成", date(2025, 6, 30), "2025年上半年"),
        ("last_year_of_a_span", "2025—2027年建成", date(2027, 12, 31), "2025—2027年"),
        ("last_month_of_a_span", "2025年1—6月建成", date(2025, 6, 30), "2025年1—6月"),
        ("after_the_number", "达470家（2025年底前）", date(2025, 12, 31), "2025年底前"),
        ("full_width_digits", "２０２５年６月底前建成", date(2025, 6, 30), "2025年6月底前"),
        ("before_a_month_is_unclear", "2025年6月前建成", None, "2025年6月前"),
        ("beginning_of_a_month_is_unclear", "2025年6月初建成", None, "2025年6月初"),
        ("month_without_year", "6月底前建成", None, "6月底前"),
        ("this_year", "今年建成", None, "今年"),
        ("within_years", "3年内建成", None, "3年内"),
        ("no_such_month", "2025年13月底建成", None, "2025年13月底"),
        ("no_such_day", "2025年2月30日建成", None, "2025年2月30日"),
        ("year_out_of_range", "1999年建成", None, "1999年"),
    ),
)
def test_deadline_is_no_value(words, due_on, due_text):
    reading = read(words)
    assert (reading.due_on, reading.due_text, len(read_all(words))) == (due_on, due_text, 1)
    assert reading.value in (None, Decimal(470))


@pytest.mark.parametrize(
    ("words", "due_on"),
    table(
        ("month", "6月底前建成", date(2026, 6, 30)),
        ("this_year", "今年建成", date(2026, 12, 31)),
        ("end_of_year", "年底前建成", date(2026, 12, 31)),
        ("stated_year_wins", "2027年完成，6月底前建成", date(2027, 12, 31)),
        ("span_of_years_stays_unclear", "3年内建成", None),
        ("next_year_stays_unclear", "明年建成", None),
    ),
)
def test_deadline_without_a_year_is_in_the_plans(words, due_on):
    assert read(words, year=2026).due_on == due_on


def test_a_reading_names_the_words_it_was_read_from():
    words = "必保　１８亿元，2026年底前力争２０亿元"
    assert [reading.words for reading in read_all(words)] == ["必保　１８亿元", "力争２０亿元"]
    assert [words[reading.start : reading.end] for reading in read_all(words)][1] == "2026年底前力争２０亿元"


def test_word_after_the_number_outweighs_the_word_before():
    assert read("达到5%左右").comparator == "approx"


FIXTURE_TARGETS = [
    pytest.param(target, id=f"{path.stem}-{target['number']}")
    for path in sorted(FIXTURES.glob("*.toml"))
    for target in tomllib.loads(path.read_text(encoding="utf-8")).get("targets", [])
    if "stated_as" in target
]


@pytest.mark.parametrize("target", FIXTURE_TARGETS)
def test_fixture_is_never_contradicted(target):
    reading = read(target["stated_as"]) or Reading()
    for name in ("value", "upper_value"):
        stated = target.get({"value": "target_value"}.get(name, name))
        assert getattr(reading, name) in (None, stated and Decimal(stated))
    for name in ("measure", "comparator", "unit_of_measure"):
        assert getattr(reading, name) in (None, target.get(name))
    assert reading.firmness in (None, target.get("firmness", "expected"))


def words_of(*tables):
    return [
        pytest.param(word, meaning, id=word) for words in tables for word, meaning in words.items() if meaning
    ]


@pytest.mark.parametrize(("word", "meaning"), words_of(lexicon.THAN, lexicon.LEVEL, lexicon.AIM))
def test_every_comparator_before_the_number_is_read(word, meaning):
    assert read(f"{word}5场").comparator == ("gte" if meaning == "keep" else meaning)


@pytest.mark.parametrize(("word", "meaning"), words_of(lexicon.TOUCHING))
def test_every_comparator_touching_the_number_is_read(word, meaning):
    assert read(f"{word}5个").comparator == (None if meaning == "to" else meaning)


@pytest.mark.parametrize(("word", "meaning"), words_of(lexicon.AFTER))
def test_every_comparator_after_the_number_is_read(word, meaning):
    assert read(f"5场{word}").comparator == meaning


@pytest.mark.parametrize(("word", "meaning"), words_of(lexicon.FIRMNESS))
def test_every_word_of_firmness_is_read(word, meaning):
    assert read(f"{word}达到5场").firmness == meaning


@pytest.mark.parametrize(("word", "meaning"), words_of(lexicon.CHANGE))
def test_every_change_in_percent_is_read(word, meaning):
    reading = read(f"{word}5%")
    assert (reading.measure, reading.is_fall) == ("growth", meaning == "down")


@pytest.mark.parametrize(("word", "meaning"), words_of(lexicon.SHARE))
def test_every_share_is_read(word, meaning):
    assert read(f"{word}达到5%").measure == meaning


@pytest.mark.parametrize(("word", "meaning"), words_of(lexicon.ADDED, lexicon.DEEDS))
def test_every_deed_is_counted_over_the_year(word, meaning):
    assert read(f"{word}5处").measure == meaning


@pytest.mark.parametrize("word", lexicon.TOTALS)
def test_every_total_stands(word):
    unit = "天" if word in lexicon.TIME_WORDS else "元" if word == "劳动生产率" else "处"
    assert read(f"{word}达到5{unit}").measure == "stock"


@pytest.mark.parametrize(("word", "meaning"), words_of(lexicon.SUMS))
def test_every_sum_is_counted_over_the_year(word, meaning):
    assert read(f"{word}达到5万元").measure == meaning


@pytest.mark.parametrize(("word", "meaning"), words_of(lexicon.NODES, lexicon.SOFT))
def test_every_word_without_a_number_is_read(word, meaning):
    assert read(word).measure == meaning


@pytest.mark.parametrize("unit", lexicon.UNITS)
def test_every_unit_is_read(unit):
    reading = read(f"达到5{unit}")
    if unit.endswith("位次") or unit.endswith("名次"):
        assert (reading.measure, reading.unsure) == ("rank", "place")
    else:
        assert (reading.unit_of_measure, reading.multiplier) == ((unit, None) if unit != "倍" else (None, 5))


def test_every_meaning_is_known():
    measures = (lexicon.SHARE, lexicon.ADDED, lexicon.TOTALS, lexicon.SUMS, lexicon.NODES, lexicon.DEEDS)
    assert {meaning for words in measures for meaning in words.values()} <= MEASURES
    comparing = (lexicon.THAN, lexicon.TOUCHING, lexicon.LEVEL, lexicon.AIM, lexicon.AFTER, lexicon.MORE)
    assert {meaning for words in comparing for meaning in words.values()} <= {*COMPARATORS, "to", "keep"}


PIECES = [
    *lexicon.LEXICON, *lexicon.AFTER, *lexicon.UNITS,
    "0", "9", "470", "1,234.5", "2025年", "6月底前", "今年", "年", "月", "日", "前", "第", "三", "十", "两",
    "一", "万", "亿", "番", "的", "从", "对", "企业", "，", "、", "。", ".", "-", "—", "~", "至", "/", "(",
    "“", " ",
]  # fmt: skip
NUMBERS = st.one_of(st.integers(0, 10**18).map(str), st.decimals(0, 10**13, places=6).map(str))
PHRASES = st.lists(st.one_of(st.sampled_from(PIECES), NUMBERS, st.text(max_size=3)), max_size=12).map("".join)


@given(st.one_of(st.text(), PHRASES), st.none() | st.integers())
@example("达99999999999倍", None)
@example("增长999.9999倍", None)
@example("达" * 2001, 2026)
@example("\0" * 9, -1)
def test_any_text_gives_readings_a_target_can_hold(words, year):
    readings = read_all(words, year=year)
    for reading in readings:
        assert reading.measure in {*MEASURES, None}
        assert reading.comparator in {*COMPARATORS, None}
        assert reading.firmness in {"binding", "expected", "stretch", None}
        for number in (reading.value, reading.upper_value, reading.multiplier):
            assert number is None or 0 <= number < 10**WHOLE_DIGITS
            assert number is None or number == round(number, DECIMALS)
        assert reading.upper_value is None or reading.value <= reading.upper_value
        assert reading.due_on is None or FIRST_YEAR <= reading.due_on.year <= LAST_YEAR
        assert 0 <= reading.start < reading.end <= len(words)
        assert reading.state != "active" or (reading.measure == "milestone") != (reading.value is not None)
    assert read(words, year=year) == next(iter(readings), None)


@given(PHRASES)
def test_full_width_digits_read_the_same(words):
    assert read_all(words.translate(FULL_WIDTH)) == read_all(words)


HOSTILE = [
    "1", "1,", "2025年", "达到5", " ", "5万", "1亿", "每5次", "(", "(5家)", "扣", "一百", "保三争", "、5家",
    "至5", "5-", "A", "A1.", "零", "增长5%", "从a", "1月至", "春节前", "百分之", "不低于", "“”", "5/", "率",
    "力争", "分别5家、",
]  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_long_text_is_read_or_refused_without_harm(words):
    text = words * (2000 // len(words))
    assert len(read_all(text)) <= len(text)
    assert read_all(words * 2001) == []


@pytest.mark.parametrize("words", HOSTILE)
def test_reading_is_linear_in_the_text(words):
    def seconds(length):
        started = process_time()
        read_all(words * (length // len(words)))
        return process_time() - started

    assert seconds(2000) < 8 * max(seconds(500), 0.05)
