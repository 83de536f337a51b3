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
        # numbers in words
        ("增加值增长百分之六点五", ["active growth gte 6.5% higher"]),
        ("新增经营主体一万二千户", ["active flow gte 12000户 higher"]),
        ("新建绿道三十五点五公里", ["active flow gte 35.5公里 higher"]),
        ("绿色社区占比过半", ["active ratio gt 50% higher"]),
        ("秸秆利用率达到四分之三以上", ["active ratio gte 75% higher"]),
        ("参保率达到三分之二", ["undefined number"]),
        ("落实稳经济二十条措施", ["watch qualitative"]),
        ("深入学习二十届四中全会精神", ["watch qualitative"]),
        # a unit that stands in brackets before its number
        ("地区生产总值（亿元）：158", ["active flow gte 158亿元 higher"]),
        ("能耗下降率（%）：3.2", ["undefined fall growth gte 3.2% higher"]),
        ("新增就业（人）不低于1200，培训（人次）300",
         ["active flow gte 1200人 higher", "active flow gte 300人次 higher"]),
        ("投资（亿元）：确保28，力争30", ["active flow gte 28亿元 higher", "active flow gte 30亿元 higher"]),
        # a unit said once
        ("甲占比、乙占比分别提高1.5个和2个百分点",
         ["undefined change ratio gte 1.5个百分点 higher", "undefined change ratio gte 2个百分点 higher"]),
        ("规上企业总数达到120家，力争130",
         ["active stock gte 120家 higher", "active stock gte 130家 higher"]),
        ("引进世界500强企业项目1个", ["active flow gte 1个 higher"]),
        ("培育亩均税收30万元以上企业12家", ["active flow gte 12家 higher"]),
        ("零就业家庭动态清零率达到100%", ["active ratio gte 100% higher"]),
        ("未发生一起越级访", ["active flow lte 0起 lower"]),
        # digits of names and documents
        ("工地扬尘防治落实“六个100%”", ["watch qualitative"]),
        ("落实中办发〔2025〕12号文件，精简会议5%", ["undefined fall growth gte 5% higher"]),
        ("深入实施“1358”工程", ["watch qualitative"]),
        # what was, what it is built upon and what comes of it one day
        ("去年完成税收3.2亿元，今年完成3.5亿元", ["active flow gte 3.5亿元 higher 12-31"]),
        ("2025年新增企业9家，2026年新增12家", ["active flow gte 12家 higher 12-31"]),
        ("在去年新增9家的基础上新增8家", ["active flow gte 8家 higher"]),
        ("比去年新增企业8家", ["active flow gte 8家 higher"]),
        ("去年完成规划编制，今年6月底前印发", ["active milestone 06-30"]),
        ("投产后年产值可达10亿元的产业园上半年开工", ["active milestone 06-30"]),
        ("到2027年建成后新增床位200张", []),
        ("规上企业由去年的96家增加到108家", ["active stock gte 108家 higher"]),
        # how much stands in another paper
        ("完成上级下达的造林任务", ["undefined value"]),
        ("完成上级下达的造林任务300亩", ["active flow gte 300亩 higher"]),
        # said once for several
        ("产值、营业收入均增长8%", ["active growth gte 8% higher"] * 2),
        ("接待人次、旅游收入均增长12%", ["active growth gte 12% higher"] * 2),
        ("加强统筹、旅游收入均增长12%", ["active growth gte 12% higher"]),
        ("研发费用占比提高到2.1%", ["active ratio gte 2.1% higher"]),
        ("用水量提高5%", ["undefined comparator growth 5%"]),
        ("研发费用占比控制在2.1%以内", ["active ratio lte 2.1% lower"]),
        ("实施供水巩固提升工程3处", ["active flow gte 3处 higher"]),
        ("新建公园、食堂、菜店各3个", ["active flow gte 3个 higher"] * 3),
        ("组织演练、培训各不少于2场", ["active flow gte 2场 higher"] * 2),
        ("加快更新、新建公园各3个", ["undefined each flow gte higher"]),
        ("新建公园、食堂和菜店各3个", ["undefined each flow gte higher"]),
        ("造林900亩，其中甲乙林500亩、丙丁林400亩",
         ["active flow gte 900亩 higher", "active flow gte 500亩 higher", "active flow gte 400亩 higher"]),
        # against last year without a number; a place among others
        ("播种面积只增不减", ["undefined against gte higher"]),
        ("考核不低于全区第三名", ["active rank lte 3位 lower"]),
        # how far the works have come by a day
        ("5月底前进场施工，年底前完成工程量的80%", ["active milestone 05-31", "active milestone 12-31"]),
        ("收入50万元以上的村达到两成", ["active ratio gte 20% higher"]),
        ("12个村实现雨污分流", ["active flow gte 12个 higher"]),
        ("高标准农田建设任务1.3万亩6月底前完工", ["active flow gte 1.3万亩 higher 06-30"]),
        ("全面推进超10亿元项目建设", ["watch qualitative"]),
        ("住院费用报销比例保持在80%以上", ["active ratio gte 80% higher"]),
    ],
)  # fmt: skip
def test_kinds(words, expected):
    assert told(words) == expected


def test_striving_for_more_of_one_thing_is_not_striving_for_the_next():
    firmness = [each.firmness for each in read_all("增长5%以上、力争6%，总量突破180亿元")]
    assert firmness == [None, "stretch", None]
    firmness = [each.firmness for each in read_all("力争总量突破180亿元，税收增长5%")]
    assert firmness == ["stretch", "stretch"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        # a change in one character, right before the number
        ("工业总产值同比增8%", ["active growth gte 8% higher"]),
        ("综合能耗降3%", ["undefined fall growth gte 3% higher"]),
        ("外贸进出口12亿元，+8%", ["active flow gte 12亿元 higher", "active growth gte 8% higher"]),
        ("民营企业数量较上年净增8%", ["undefined measure 8%"]),
        # those there are, or those of the year? the verb is part of a name
        ("培训基地达到5个", ["undefined measure gte 5个 higher"]),
        ("直播电商基地突破3个", ["undefined measure gt 3个 higher"]),
        ("引导基金规模达到3亿元", ["undefined measure gte 3亿元 higher"]),
        # the deed stands behind the number, in words of its own
        ("实现50个行政村通公交", ["active flow gte 50个 higher"]),
        ("推动18个薄弱村摘帽", ["active flow gte 18个 higher"]),
        ("推动规上企业30家", ["undefined measure gte 30家 higher"]),
        # what is added is counted; the size of a thing is not
        ("新增绿色建筑面积22万平方米", ["active flow gte 22万平方米 higher"]),
        ("启动建设文化中心，建筑面积1.8万平方米", ["watch qualitative"]),
        # words only
        ("统战工作（5分）", ["watch qualitative"]),
        ("着力推动民营经济高质量发展", ["watch qualitative"]),
        ("不断提高政府依法行政水平", ["watch qualitative"]),
        # the place tells which of them are counted
        ("单项工作进入前三的不少于5项", ["undefined measure gte 5项 higher"]),
        ("排名进入前三的目标", ["active rank lte 3位 lower"]),
        ("综合考核保持全市第一方阵", ["undefined place"]),
        ("平均办理时长压缩至3.5天", ["active stock lte 3.5天 lower"]),
        ("事故起数和死亡人数双下降", ["undefined against lte lower"]),
    ],
)
def test_short_changes_and_deeds_without_a_verb_of_their_own(words, expected):
    assert told(words) == expected
