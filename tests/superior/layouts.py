"""Tables laid out as superiors do, in which more than one cell looks like the one to be filled.

Name → rows, merged cells, and address → what must stand there for June in the plan of tests.superior.world.
"""

OUTPUT, INVESTED, FIRMS = "规上工业总产值", "固定资产投资", "新增规上工业企业"
HEADS = ("序号", "指标名称", "单位")
OURS = ((1, OUTPUT, "亿元"), (2, INVESTED, "亿元"))
ABOVE = ("A1:A2", "B1:B2", "C1:C2")
MONTHS = tuple(f"{month}月" for month in range(1, 13))

LAYOUTS = {
    "a column for each month": (
        [(*HEADS, "累计完成"), ("", "", "", *MONTHS), *OURS],
        [*ABOVE, "D1:O1"],
        {"I3": 265.2, "I4": 5.2},
    ),
    "running totals month by month": (
        [(*HEADS, "1月累计", *(f"1—{month}累计" for month in MONTHS[1:])), *OURS],
        [],
        {"I2": 265.2, "I3": 5.2},
    ),
    "two columns for each month": (
        [(*HEADS, "5月", "", "6月", "", "7月"), ("", "", "", *("累计完成", "完成率（%）") * 3), *OURS],
        [*ABOVE, "D1:E1", "F1:G1", "H1:I1"],
        {"F3": 265.2, "G3": 51, "F4": 5.2, "G4": 52},
    ),
    "a column of another town": (
        [(*HEADS, "云溪镇累计完成", "外海街道累计", "截至目前完成", "完成占比"), *OURS],
        [],
        {"E2": 265.2, "G2": 51, "E3": 5.2, "G3": 52},
    ),
    "a column for each quarter": (
        [(*HEADS, "累计完成"), ("", "", "", "一季度", "上半年", "前三季度", "四季度"), *OURS],
        [*ABOVE, "D1:G1"],
        {"E3": 265.2, "E4": 5.2},
    ),
    "this year and the one before": (
        [(*HEADS, "2024年1—6月累计", "2025年1—6月累计"), *OURS],
        [],
        {"E2": 265.2, "E3": 5.2},
    ),
    "the month alone beside the running total": (
        [(*HEADS, "本月完成数", "当月增速", "6月完成数", "累计完成数", "预计全年完成数"), *OURS],
        [],
        {"G2": 265.2, "G3": 5.2},
    ),
    "a column for each town": (
        [(*HEADS, "累计完成"), ("", "", "", "全区合计", "云溪镇", "外海街道", "柳塘镇"), *OURS],
        [*ABOVE, "D1:G1"],
        {"F3": 265.2, "F4": 5.2},
    ),
    "two columns for each town": (
        [(*HEADS, "云溪", "", "外海", ""), ("", "", "", *("累计完成", "完成率（%）") * 2), *OURS],
        [*ABOVE, "D1:E1", "F1:G1"],
        {"F3": 265.2, "G3": 51, "F4": 5.2, "G4": 52},
    ),
    "a row for the goal and one for what was done": (
        [
            (*HEADS, "类别", "完成数"),
            (1, OUTPUT, "亿元", "目标", 520), ("", "", "", "实际"),
            (2, INVESTED, "亿元", "目标", 10), ("", "", "", "实际"),
        ],
        ["A2:A3", "B2:B3", "C2:C3", "A4:A5", "B4:B5", "C4:C5"],
        {"E3": 265.2, "E5": 5.2},
    ),
    "a row for the month and one for the running total": (
        [
            (*HEADS, "口径", "完成数"),
            (1, OUTPUT, "亿元", "本月"), ("", "", "", "累计"),
            (2, INVESTED, "亿元", "本月"), ("", "", "", "累计"),
        ],
        [],
        {"E3": 265.2, "E5": 5.2},
    ),
    "a row for each town": (
        [
            ("序号", "指标名称", "镇街", "累计完成"),
            (1, OUTPUT, "云溪镇"), (2, OUTPUT, "外海街道"), (3, OUTPUT, "柳塘镇"),
            (4, INVESTED, "云溪镇"), (5, INVESTED, "外海街道"), (6, INVESTED, "柳塘镇"),
        ],
        [],
        {"D3": 265.2, "D6": 5.2},
    ),
    "a heading and figures over two columns": (
        [(*HEADS, "累计完成", "", "完成率（%）"), *OURS],
        ["D1:E1", "D2:E2", "D3:E3"],
        {"D2": 265.2, "F2": 51, "D3": 5.2, "F3": 52},
    ),
    "names in two steps below one heading": (
        [("序号", "指标名称", "", "累计完成"), (1, "工业", OUTPUT), (2, "投资", INVESTED)],
        ["B1:C1"],
        {"D2": 265.2, "D3": 5.2},
    ),
    "the month beside the running total by groups": (
        [(*HEADS, "6月", "", "1—6月"), ("", "", "", *("完成额", "增速") * 2, "增减额"), *OURS],
        [*ABOVE, "D1:E1", "F1:H1"],
        {"F3": 265.2, "G3": 6.5, "F4": 5.2},
    ),
    "words of several kinds in one column": (
        [("序号", "重点工作", "工作进展及存在问题", "存在问题及下一步打算"), (1, "城区道路改造工程")],
        [],
        {"C2": "已完成招标 <第一标段> & 进场\n=征地滞后", "D2": "=征地滞后"},
    ),
    "one name in two sections": (
        [
            (*HEADS, "累计完成"),
            ("一、工业",), (1, OUTPUT, "亿元"), (2, FIRMS, "家"),
            ("二、投资",), (1, INVESTED, "亿元"), (2, OUTPUT, "亿元"),
        ],
        [],
        {"D3": 265.2, "D4": 12, "D6": 5.2, "D7": 265.2},
    ),
}  # fmt: skip
