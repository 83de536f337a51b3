"""More tables as offices draw them: what each row becomes, and that no cell is lost in silence."""

import re
from textwrap import dedent

import pytest

from targets.reading.pasted import cells
from targets.rules.quantities import plain
from tests.admin.plan.test_paste_tables import Pasted, held, unspaced
from tests.factories import make_unit

pytestmark = pytest.mark.django_db

UNITS = (
    "经发办", "财政所", "农办", "社事办", "规建办", "应急办", "税务分局", "统计站", "人社所", "各村（社区）",
)  # fmt: skip
# A table, with | between its cells, and what its rows become: title, promise, day, units, domain.
TABLES = {
    "two rows of headings below a line of labels": (
        """
        附件1
        云水镇2026年主要指标分解表
        填报单位：云水镇人民政府（盖章）|||||||填报日期：2026年1月20日
        序号|指标名称|计量单位|2025年完成|2026年目标||责任单位||责任领导
        ||||目标值|增幅（%）|牵头单位|配合单位|
        1|一般公共预算收入|万元|8200|8600|4.9|财政所|税务分局|张立
        2|规上工业企业数|家|38|43|13.2|经发办|统计站|李强
        注：增幅按可比口径计算。
        填表人：周明|||联系电话：12345678
        """,
        [
            "一般公共预算收入 flow gte 8600万元 财政所、税务分局",
            "规上工业企业数 stock gte 43家 经发办、统计站",
        ],
    ),
    "an amount and its growth below one heading": (
        """
        序号|指标|2026年目标||责任分工|
        ||总量（亿元）|增速（%）|牵头单位|配合单位
        1|规上工业总产值|65|7|经发办|统计站
        """,
        ["规上工业总产值 flow gte 65亿元 经发办、统计站"],
    ),
    "projects whose content says the goal": (
        """
        云水镇2026年民生实事责任分解表
        序号|实事项目|具体内容|牵头单位|配合单位|结束时间
        一|道路畅通工程|新改建农村公路12公里，改造危桥2座|规建办|财政所|11月底前
        二|老有所养工程|新建社区食堂3个，提供助餐服务2万人次|社事办|财政所、各村（社区）|2026.10
        """,
        [
            "道路畅通工程 flow gte 12公里 11-30 规建办、财政所",
            "老有所养工程 flow gte 3个 10-31 社事办、财政所、各村（社区）",
        ],
    ),
    "the levels of an assessment": (
        """
        一级指标|二级指标|三级指标|目标值|分值|评分标准|责任单位
        经济发展（30分）|工业经济|规上工业增加值增速|7%以上|10|每低0.1个百分点扣0.5分|经发办
        |财政金融|税收占比|不低于78%|5|每低1个百分点扣1分|财政所
        社会治理（20分）|平安建设|生产安全亡人事故|0起|10|发生1起扣5分|应急办
        """,
        [
            "规上工业增加值增速 growth gte 7% 经发办 经济发展（30分）",
            "税收占比 ratio gte 78% 财政所 经济发展（30分）",
            "生产安全亡人事故 flow lte 0起 应急办 社会治理（20分）",
        ],
    ),
    "deadlines in short": (
        """
        序号|工作任务|目标要求|责任单位|完成时间
        1|新建绿道|5公里|规建办|6.30
        2|新建球场|2处|规建办|2026.6
        3|新建公厕|4座|规建办|46203
        4|清淤河道|8公里|农办|6.3
        5|安装路灯|90盏|规建办|2026.1
        6|发放补贴|200万元|财政所|每季度末
        7|培训农民|300人次|农办|12.31前
        """,
        [
            "新建绿道 flow gte 5公里 06-30 规建办",
            "新建球场 flow gte 2处 06-30 规建办",
            "新建公厕 flow gte 4座 06-30 规建办",
            "清淤河道 flow gte 8公里 农办",
            "安装路灯 flow gte 90盏 规建办",
            "发放补贴 flow gte 200万元 财政所",
            "培训农民 flow gte 300人次 12-31 农办",
        ],
    ),
    "an unknown heading of the task": (
        """
        序号|政府工作报告任务（原文）|责任单位|责任领导
        1|规上工业增加值增长7%以上，固定资产投资增长5%|经发办|孙伟
        2|深入实施“百千万工程”|农办|吴军
        """,
        [
            "规上工业增加值增长7%以上，固定资产投资增长5% growth gte 7% 经发办",
            "深入实施“百千万工程” qualitative 农办",
        ],
    ),
    "a section right above the headings": (
        """
        一、经济指标（单位：亿元、%）
        指标|年度目标|责任单位|分管领导
        规上工业总产值|65亿元|经发办|张立
        二、民生指标
        指标|年度目标|责任单位|分管领导
        城镇新增就业（人）|1200|社事办|王芳
        """,
        [
            "规上工业总产值 flow gte 65亿元 经发办 经济指标",
            "城镇新增就业（人） flow gte 1200人 社事办 民生指标",
        ],
    ),
    "numbers that begin anew in each section": (
        """
        序号|重点任务|目标值|责任单位
        一、产业|||
        1|新增规上企业|6家|经发办
        2|技改投资|增长12%|经发办
        二、民生|||
        1|新增学位|540个|社事办
        """,
        [
            "新增规上企业 flow gte 6家 经发办 产业",
            "技改投资 growth gte 12% 经发办 产业",
            "新增学位 flow gte 540个 社事办 民生",
        ],
    ),
    "rows numbered below their task": (
        """
        序号|工作任务|工作举措|责任单位|完成时限
        1|推进河长制||农办|12月底
        1.1||巡河不少于48次|农办|12月底
        （2）||清理“四乱”12处|农办|9月底
        2|深化森林防火||应急办|全年
        """,
        ["推进河长制 qualitative 12-31 农办", "深化森林防火 qualitative 12-31 应急办"],
    ),
    "the last of several days is the task's": (
        """
        序号|项目名称|总投资（万元）|2026年建设目标|责任单位
        1|冷链物流园|15000|上半年开工，年底主体封顶|经发办
        合计||15000||
        """,
        ["冷链物流园 milestone 12-31 经发办"],
    ),
}


def told(target):
    value = "" if target.target_value is None else f"{plain(target.target_value)}{target.unit_of_measure}"
    units = [target.lead_unit.name, *(link.unit.name for link in target.supporting_units.all())]
    day = target.due_on and f"{target.due_on:%m-%d}"
    domain = target.domain and target.domain.name
    words = [target.title, target.measure, target.comparator, value, day, "、".join(units), domain]
    return " ".join(filter(None, words))


@pytest.mark.parametrize(("drawn", "rows"), TABLES.values(), ids=TABLES)
def test_rows_come_out_as_drawn_and_no_cell_is_lost(client, drawn, rows):
    for name in UNITS:
        make_unit(name)
    text = dedent(drawn).strip().replace("|", "\t")
    pasted = Pasted(client, text=text)
    assert not pasted.errors
    assert pasted.written.status_code == 302
    assert [told(target) for target in pasted.targets] == rows
    found = "".join(map(held, pasted.targets)) + unspaced(pasted.page)
    parts = [part for row in cells(text) for cell in row for part in re.split(r"[、\s]", cell)]
    assert [part for part in parts if part not in found] == []
