"""One case for each kind of verdict, with the sentence that tells it in Chinese."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

from targets.rules.facts import Commitment, Facts, Node
from targets.rules.judge import judge
from tests.rules.cases import FLOW, NEW_YEAR, RULE, STOCK, YEAR_END, figure, month_end

OCTOBER, JANUARY = date(2025, 10, 20), date(2026, 1, 15)
RANK = Commitment("rank", "active", "lte", D(2), unit_of_measure="位")
GROWTH = Commitment("growth", "active", "gte", D(6), unit_of_measure="%", decimals=1)
LEVEL = replace(GROWTH, measure="ratio", target_value=D(98))
CLIMB = replace(LEVEL, target_value=D(80), baseline_value=D(60))
FALL = replace(CLIMB, comparator="lte", target_value=D(10), baseline_value=D(50))
FEW = replace(STOCK, comparator="gte", target_value=D(8), baseline_value=D(5))
UP_TO = replace(FLOW, comparator="lte", target_value=D(1200))
YEAR_END_ONLY = ((YEAR_END, D(520)),)
NODES = Commitment("milestone", "active", nodes=(Node(1, date(2025, 6, 30)), Node(2, YEAR_END, 1)))
FINAL = replace(NODES, nodes=(Node(2, YEAR_END),))
LAST_UNDATED = replace(
    NODES, nodes=(Node(1, date(2025, 3, 31)), Node(2, date(2025, 10, 31)), Node(3, None)), due_on=YEAR_END
)
FIRST_AND_LAST = ((1, date(2025, 3, 1)), (2, date(2025, 9, 1)))

# (promise, reports, on, the sentence)
SENTENCES = {
    "ahead": (
        FLOW, [figure(6, "265.2")], OCTOBER,
        "1—6月完成265.2亿元，完成率51.0%，序时进度50.0%，快1.0个百分点，按《默认（10个百分点）》第1版为绿灯。",
    ),
    "behind": (
        FLOW, [figure(6, "208")], OCTOBER,
        "1—6月完成208亿元，完成率40.0%，序时进度50.0%，慢10.0个百分点，按《默认（10个百分点）》第1版为黄灯。",
    ),
    "far behind": (
        FLOW, [figure(6, "207")], OCTOBER,
        "1—6月完成207亿元，完成率39.8%，序时进度50.0%，慢10.2个百分点，按《默认（10个百分点）》第1版为红灯。",
    ),
    "level with the schedule": (
        FLOW, [figure(6, "260")], OCTOBER,
        "1—6月完成260亿元，完成率50.0%，序时进度50.0%，与序时进度持平，按《默认（10个百分点）》第1版为绿灯。",
    ),
    "of January": (
        FLOW, [figure(1, "0")], OCTOBER,
        "1月完成0亿元，完成率0.0%，序时进度8.3%，慢8.3个百分点，按《默认（10个百分点）》第1版为黄灯。",
    ),
    "a reported fall": (
        FLOW, [figure(6, "-26")], OCTOBER,
        "1—6月完成−26亿元，完成率−5.0%，序时进度50.0%，慢55.0个百分点，按《默认（10个百分点）》第1版为红灯。",
    ),
    "done early": (
        FLOW, [figure(9, "530")], OCTOBER,
        "1—9月完成530亿元，完成率101.9%，序时进度75.0%，快26.9个百分点，按《默认（10个百分点）》第1版为已完成。",
    ),
    "missed": (
        FLOW, [figure(12, "500")], JANUARY,
        "1—12月完成500亿元，完成率96.2%，序时进度100.0%，慢3.8个百分点，"
        "按《默认（10个百分点）》第1版为到期未完成。",
    ),
    "its own window": (
        replace(FLOW, starts_on=date(2025, 3, 1), due_on=date(2025, 10, 31)), [figure(6, "265")], OCTOBER,
        "3—6月完成265亿元，完成率51.0%，序时进度50.0%，快1.0个百分点，按《默认（10个百分点）》第1版为绿灯。",
    ),
    "over two years": (
        replace(FLOW, starts_on=date(2024, 11, 1)), [figure(6, "265")], OCTOBER,
        "2024年11月—2025年6月完成265亿元，完成率51.0%，序时进度57.1%，慢6.1个百分点，"
        "按《默认（10个百分点）》第1版为黄灯。",
    ),
    "above a ceiling's schedule": (
        UP_TO, [figure(6, "720")], OCTOBER,
        "1—6月累计720亿元，控制目标不超过1200亿元，完成率60.0%，序时进度50.0%，超出序时进度10.0个百分点，"
        "按《默认（10个百分点）》第1版为黄灯。",
    ),
    "below a ceiling's schedule": (
        replace(UP_TO, comparator="lt"), [figure(6, "500")], OCTOBER,
        "1—6月累计500亿元，控制目标低于1200亿元，完成率41.7%，序时进度50.0%，低于序时进度8.3个百分点，"
        "按《默认（10个百分点）》第1版为绿灯。",
    ),
    "a ceiling of nothing": (
        replace(UP_TO, target_value=D(0), unit_of_measure="起"), [figure(6, "1")], OCTOBER,
        "1—6月累计1起，控制目标不超过0起，超出1起，按《默认（10个百分点）》第1版为红灯。",
    ),
    "ahead in a range": (
        replace(FLOW, comparator="between", upper_value=D(560)), [figure(6, "300")], OCTOBER,
        "1—6月完成300亿元，完成率57.7%，序时进度50.0%，快7.7个百分点，按《默认（10个百分点）》第1版为绿灯。",
    ),
    "by the monthly plan": (
        replace(FLOW, curve=((month_end(3), D(130)), (YEAR_END, D(520)))), [figure(6, "130")], OCTOBER,
        "1—6月完成130亿元，完成率25.0%，序时进度25.0%，与序时进度持平，按《默认（10个百分点）》第1版为绿灯。",
    ),
    "before the monthly plan": (
        replace(FLOW, curve=YEAR_END_ONLY), [figure(6, "130")], OCTOBER,
        "1—6月完成130亿元，分月计划尚未安排完成数，暂不亮灯。",
    ),
    "a ceiling before the monthly plan": (
        replace(UP_TO, curve=YEAR_END_ONLY), [figure(6, "130")], OCTOBER,
        "1—6月累计130亿元，控制目标不超过1200亿元，分月计划尚未安排完成数，暂不亮灯。",
    ),
    "a stock before the monthly plan": (
        replace(STOCK, curve=YEAR_END_ONLY), [figure(6, "140")], OCTOBER,
        "截至6月底为140家，目标不少于151家，基数131家，净增9家，分月计划尚未安排完成数，暂不亮灯。",
    ),
    "a ratio before the monthly plan": (
        replace(LEVEL, curve=YEAR_END_ONLY), [figure(6, "90")], OCTOBER,
        "截至6月底为90%，目标不低于98%，分月计划尚未安排完成数，暂不亮灯。",
    ),
    "net increase": (
        STOCK, [figure(6, "139")], OCTOBER,
        "截至6月底为139家，目标不少于151家，基数131家，净增8家，完成率40.0%，序时进度50.0%，慢10.0个百分点，"
        "按《默认（10个百分点）》第1版为黄灯。",
    ),
    "net decrease": (
        STOCK, [figure(6, "130")], OCTOBER,
        "截至6月底为130家，目标不少于151家，基数131家，净减1家，完成率−5.0%，序时进度50.0%，慢55.0个百分点，"
        "按《默认（10个百分点）》第1版为红灯。",
    ),
    "met during the year": (
        STOCK, [figure(6, "152")], OCTOBER,
        "截至6月底为152家，目标不少于151家，基数131家，净增21家，完成率105.0%，序时进度50.0%，"
        "快55.0个百分点，按《默认（10个百分点）》第1版为当前达标。",
    ),
    "grace: green": (
        FEW, [figure(9, "7")], OCTOBER,
        "截至9月底为7家，目标不少于8家，基数5家，净增2家，完成率66.7%，序时进度75.0%，慢8.3个百分点，"
        "应完成2家，已完成2家，按《默认（10个百分点）》第1版为绿灯。",
    ),
    "grace: amber": (
        FEW, [figure(4, "5")], OCTOBER,
        "截至4月底为5家，目标不少于8家，基数5家，净增0家，完成率0.0%，序时进度33.3%，慢33.3个百分点，"
        "应完成1家，已完成0家，按《默认（10个百分点）》第1版为黄灯。",
    ),
    "grace: below the baseline": (
        FEW, [figure(3, "4")], OCTOBER,
        "截至3月底为4家，目标不少于8家，基数5家，净减1家，完成率−33.3%，序时进度25.0%，慢58.3个百分点，"
        "应完成0家，反减1家，按《默认（10个百分点）》第1版为黄灯。",
    ),
    "a level to hold": (
        replace(STOCK, target_value=D(250), baseline_value=D(255)), [figure(6, "249")], OCTOBER,
        "截至6月底为249家，应保持不少于251家，按《默认（10个百分点）》第1版为黄灯。",
    ),
    "a level not to pass": (
        replace(STOCK, comparator="lte", target_value=D(30), baseline_value=None), [figure(6, "31")], OCTOBER,
        "截至6月底为31家，应保持不超过30家，按《默认（10个百分点）》第1版为黄灯。",
    ),
    "no baseline": (
        replace(STOCK, baseline_value=None), [figure(6, "149")], OCTOBER,
        "截至6月底为149家，目标不少于151家，缺上年基数，无法对照序时进度，待明确。",
    ),
    "no baseline, at closing": (
        replace(STOCK, baseline_value=None), [figure(12, "149")], JANUARY,
        "截至12月底为149家，目标不少于151家，按《默认（10个百分点）》第1版为到期未完成。",
    ),
    "the whole value": (
        replace(STOCK, basis="gross"), [figure(6, "76")], OCTOBER,
        "截至6月底为76家，目标不少于151家，完成率50.3%，序时进度50.0%，快0.3个百分点，"
        "按《默认（10个百分点）》第1版为绿灯。",
    ),
    "a place": (
        RANK, [figure(6, "3")], OCTOBER, "截至6月居第3位，目标前2位，按《默认（10个百分点）》第1版为黄灯。",
    ),
    "growth": (
        GROWTH, [figure(6, "3.5")], OCTOBER,
        "1—6月增长3.5%，目标增长不低于6%，按《默认（10个百分点）》第1版为黄灯。",
    ),
    "no growth": (
        GROWTH, [figure(6, "0")], OCTOBER,
        "1—6月与上年同期持平，目标增长不低于6%，按《默认（10个百分点）》第1版为黄灯。",
    ),
    "a fall is a positive number": (
        GROWTH, [figure(6, "-2.5")], OCTOBER,
        "1—6月下降2.5%，目标增长不低于6%，按《默认（10个百分点）》第1版为红灯。",
    ),
    "growth kept down": (
        replace(GROWTH, comparator="lte"), [figure(6, "6.5")], OCTOBER,
        "1—6月增长6.5%，目标增长不超过6%，按《默认（10个百分点）》第1版为黄灯。",
    ),
    "a ratio held": (
        LEVEL, [figure(6, "97.5")], OCTOBER,
        "截至6月底为97.5%，目标不低于98%，按《默认（10个百分点）》第1版为黄灯。",
    ),
    "a ratio that climbs": (
        CLIMB, [figure(6, "68")], OCTOBER,
        "截至6月底为68%，目标不低于80%，基数60%，净增8个百分点，完成率40.0%，序时进度50.0%，"
        "慢10.0个百分点，按《默认（10个百分点）》第1版为黄灯。",
    ),
    "a ratio that falls": (
        FALL, [figure(6, "35")], OCTOBER,
        "截至6月底为35%，目标不超过10%，基数50%，净减15个百分点，完成率37.5%，序时进度50.0%，"
        "慢12.5个百分点，按《默认（10个百分点）》第1版为红灯。",
    ),
    "no figure": (FLOW, [], OCTOBER, "尚无已审核的数据。"),
    "before the window": (
        replace(FLOW, starts_on=date(2025, 3, 1)), [figure(2, "1")], OCTOBER,
        "仅有启动时间之前的数据，留存备查，不亮灯。",
    ),
    "the window has not opened": (
        replace(FLOW, starts_on=date(2025, 11, 1)), [figure(2, "1")], OCTOBER, "尚未到启动时间。",
    ),
    "undefined": (
        replace(FLOW, state="undefined"), [figure(6, "1")], OCTOBER,
        "目标内容待明确，可以填报进展，不亮灯。",
    ),
    "watched": (replace(FLOW, state="watch"), [], OCTOBER, "定性跟踪，只报文字，不亮灯。"),
    "suspended": (replace(FLOW, state="suspended"), [], OCTOBER, "已暂缓，不亮灯。"),
    "cancelled": (replace(FLOW, state="cancelled"), [], OCTOBER, "已撤销。"),
    "a node to come": (NODES, [], date(2025, 5, 1), "2个节点已完成0个，下一节点2025年6月30日到期。"),
    "a node due": (
        NODES, [], date(2025, 6, 30),
        "2个节点已完成0个，应于2025年6月30日完成的节点尚未完成，今日到期"
        "（按《默认（10个百分点）》第1版，超过30天为红灯）。",
    ),
    "a node past due": (
        NODES, [], date(2025, 8, 10),
        "2个节点已完成0个，应于2025年6月30日完成的节点尚未完成，已过41天"
        "（按《默认（10个百分点）》第1版，超过30天为红灯）。",
    ),
    "the final node past due": (
        NODES, [], date(2026, 1, 1), "2个节点已完成0个，最终节点应于2025年12月31日完成，已逾期。",
    ),
    "an undated node beside others": (
        LAST_UNDATED, [figure(6, done=FIRST_AND_LAST[:1])], date(2025, 7, 1),
        "3个节点已完成1个，下一节点2025年10月31日到期。",
    ),
    "the final node done": (
        NODES, [figure(6, done=((2, date(2025, 6, 20)),))], OCTOBER, "最终节点已于2025年6月20日完成。",
    ),
    "only the final node": (FINAL, [], OCTOBER, "未设过程节点，最终节点填报前不亮灯。"),
    "no nodes": (replace(NODES, nodes=()), [], OCTOBER, "未设节点，不亮灯。"),
    "the final node missed": (
        FINAL, [figure(12)], JANUARY, "最终节点应于2025年12月31日完成，年终填报未完成。",
    ),
}  # fmt: skip


def judged(promise, reports, on, rule=RULE):
    return judge(Facts(((NEW_YEAR, promise),), tuple(reports), rule, NEW_YEAR, YEAR_END), on)
