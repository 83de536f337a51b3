"""Kinds of promises in which a careless reader goes wrong, each with sentences of its own."""

import pytest

from targets.reading.wording import read_all


def told(words):
    return [
        " ".join(
            filter(None, [
                reading.state, reading.doubt, reading.measure, reading.comparator,
                None if reading.value is None else f"{reading.value}{reading.unit_of_measure or ''}",
                reading.direction, reading.due_on and f"{reading.due_on:%m-%d}",
            ])
        )
        for reading in read_all(words, year=2026)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # the level named is that of the fall
        ("外贸出口降幅收窄到4%以内", ["undefined fall growth lte 4% lower"]),
        ("用水量下降幅度不低于2%", ["undefined fall growth gte 2% higher"]),
        ("进口下降不超过3%", ["undefined fall growth lte 3% lower"]),
        ("居民消费价格涨幅收窄到2%以内", ["active growth lte 2% lower"]),
        # ratios by their noun
        ("贷存比达到75%", ["active ratio gte 75% higher"]),
        ("社会治安群众安全感达98%", ["active ratio gte 98% higher"]),
        ("孕产妇死亡率控制在8/10万以下", ["active ratio lte 8/10万 lower"]),
        ("城乡居民收入比降至2.1:1以内", ["undefined number"]),
        ("人均公园绿地面积达到14平方米", ["active stock gte 14平方米 higher"]),
        ("人均可支配收入达到4.5万元", ["undefined measure gte 4.5万元 higher"]),
        ("测评满意度达到96分以上", ["active stock gte 96分 higher"]),
        # an amount that describes is no promise
        ("村集体收入20万元以上村实现全覆盖", []),
        ("1000人以上行政村全部建成卫生室", ["active milestone"]),
        ("新增30家以上规上企业", ["active flow gte 30家 higher"]),
        ("三个工作日内办结", ["undefined measure lte 3个工作日 lower"]),
        ("完成投资15亿元，占总投资的60%",
         ["active flow gte 15亿元 higher", "undefined part ratio gte higher"]),
        ("研发经费占生产总值比重达到3%", ["active ratio gte 3% higher"]),
        ("新建基站200座，5G用户普及率85%",
         ["active flow gte 200座 higher", "active ratio gte 85% higher"]),
        # years ahead are not this year's
        ("五年累计完成投资500亿元", ["undefined later flow gte 500亿元 higher"]),
        ("“十五五”期间新建学校9所", ["undefined later flow gte 9所 higher"]),
        ("自2026年起", []),
        # every promise of a sentence, each with its own day
        ("一季度末签约，二季度末开工，年内完成投资3亿元",
         ["active milestone 03-31", "active milestone 06-30", "active flow gte 3亿元 higher 12-31"]),
        ("3月启动征迁，完成投资2亿元", ["active flow gte 2亿元 higher 03-31"]),
        ("9月底前建成投用并完成投资1亿元",
         ["active milestone 09-30", "active flow gte 1亿元 higher 09-30"]),
        ("税收增长5%，达到3.2亿元",
         ["active growth gte 5% higher", "active flow gte 3.2亿元 higher"]),
        ("城镇化率比上年提高1.2个百分点，达到52%",
         ["undefined change ratio gte 1.2个百分点 higher", "active ratio gte 52% higher"]),
        ("税收4.2亿，力争4.5亿", ["active flow gte 4.2亿元 higher", "active flow gte 4.5亿元 higher"]),
        ("确保12个项目3月底前开工，20个项目年内竣工",
         ["active flow gte 12个 higher 03-31", "active flow gte 20个 higher 12-31"]),
        ("完成公路30公里（上半年完成18公里）",
         ["active flow gte 30公里 higher", "active flow gte 18公里 higher 06-30"]),
        ("平均审理天数缩短5天", ["undefined fall 5天"]),
        ("6月中旬完成主体封顶", ["active milestone 06-20"]),
        ("6月中旬前完成主体封顶", ["active milestone"]),
        # what depends on something else is no node
        ("条件成熟后开工", []),
        ("适时启动建设", ["watch qualitative"]),
        ("森林火灾24小时扑灭率100%", ["active ratio gte 100% higher"]),
    ],
)  # fmt: skip
def test_kinds(words, expected):
    assert told(words) == expected
