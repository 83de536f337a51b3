"""A district's form of forty rows for the invented town, in the district's own words."""

from openpyxl import Workbook
from openpyxl.styles import Border, Side

from tests.superior.forms import saved

# title as the district has it, its unit, and the number of the town's target; None: none of the town's
ROWS = (
    ("工业总产值", "亿元", 1), ("规上工业总产值增速", "%", 2), ("规上工业企业数", "家", 3),
    ("省级“专精特新”企业数", "家", 4), ("工业技改投资", "万元", 5), ("规上工业企业研发投入强度", "%", 6),
    ("高新技术企业数", "家", 7), ("电商交易额", "亿元", 8), ("限上商贸企业销售额增速", "%", 9),
    ("固定资产投资", "亿元", 10), ("标准厂房二期", "", 11), ("盘活低效工业用地", "亩", 12),
    ("新引进亿元以上项目数", "个", 13), ("园区雨污分流改造", "", 14), ("标准厂房出租率", "%", 15),
    ("节后复工企业数", "家", 16), ("新增个体工商户", "户", 17), ("“一窗通办”新增事项", "项", 18),
    ("企业诉求按时办结率", "%", 19), ("许可事项平均办理时限", "个工作日", 20), ("营商环境评价位次", "位", 21),
    ("排水管网整治（老镇区）", "", 22), ("老旧小区改造（柳塘）", "", 23), ("新增公共停车泊位", "个", 24),
    ("滨河步道二期工程", "", 25), ("旧厂区拆除改造面积", "亩", 26), ("道路照明节能改造", "", 27),
    ("农村公路养护里程", "公里", 28), ("人居环境考核位次", "位", 29), ("空气质量优良率", "%", 30),
    ("生活垃圾分类覆盖率", "%", 31), ("农村生活污水设施正常运行率", "%", 32),
    ("PM2.5平均浓度", "微克/立方米", 33), ("注册志愿者人数", "人", 34), ("城镇新增就业", "人", 35),
    ("新增公办学位", "个", 36), ("家庭医生签约率（重点人群）", "%", 37), ("固定电话普及率", "%", None),
    ("法治宣传场次", "场", None), ("村集体经营性收入", "万元", 40),
)  # fmt: skip


def in_order():
    """The district's order is not the town's, nor are its numbers."""
    return ROWS[20:] + ROWS[:20]


def form(month, change=None):
    """As it comes for that month; `change` may move its rows and columns about before it is written."""
    made = Workbook()
    page = made.active
    page.title = "附件1"
    page["A1"] = f"2025年{month}月镇街重点指标完成情况表"
    page.merge_cells("A1:J1")
    groups = (
        ("序号", 1),
        ("指标名称", 1),
        ("计量单位", 1),
        (f"1—{month}月完成情况", 3),
        ("工作推进情况", 3),
        ("备注", 1),
    )
    below = ("累计完成", "完成率（%）", "同比增长（%）", "进展情况", "存在问题", "下一步措施")
    column = 1
    for heading, wide in groups:
        page.cell(3, column, heading)
        end = column + wide - 1
        page.merge_cells(start_row=3, start_column=column, end_row=3 if wide > 1 else 4, end_column=end)
        column += wide
    for place, heading in enumerate(below, start=4):
        page.cell(4, place, heading)
    thin = Side(style="thin")
    for place, (title, unit, _target) in enumerate(in_order()):
        for column, value in enumerate((place + 1, title, unit), start=1):
            page.cell(5 + place, column, value)
        for column in range(1, 11):
            page.cell(5 + place, column).border = Border(left=thin, right=thin, top=thin, bottom=thin)
    page["A45"], page["D45"] = "合计", "=SUM(D5:D44)"
    if change:
        change(page)
    return saved(made)
