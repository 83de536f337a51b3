"""The direction that the words of a goal suggest (higher or lower is better); a person confirms it."""

from __future__ import annotations

from targets.rules.sides import HIGHER, LOWER, WITHIN

# Unwanted things: less is better, however they are measured.
_LESS = (
    "失业率 价格 物价 CPI 涨幅 能耗 电耗 水耗 煤耗 用水量 排放 浓度 细颗粒物 PM2.5 PM10 臭氧 事故 死亡 伤亡 "
    "火灾 警情 发案 案件 刑案 债务 负债 赤字 欠款 拖欠 亏损 不良 逾期 超期 投诉 信访 上访 举报 污染 劣Ⅴ类 "
    "违法 违章 违建 空置 闲置 辍学 流失 差错 漏损 损耗 成本 费用 三公经费 "
    "时限 时长 用时 办理时间 办结时限 等候时间 杠杆率"
)
LESS_IS_BETTER = tuple(_LESS.split())
# Things that should stay as they are, neither more nor less.
NEITHER_MORE_NOR_LESS = ("去化周期", "酸碱度", "pH")
# A fall is filed as a positive number, so more is better; so it is for a remedy: 投诉办结率.
FALLS = ("下降", "降低", "减少", "压减", "降幅", "减量", "削减")
# What an office promises to raise, it wants more of: 研发费用占比提高到2%.
RISES = ("提高到", "提高至", "提升到", "提升至", "扩大到")
_DONE = (
    "办结 受理 化解 整改 查处 处置 处理 答复 回复 调处 破案 治理 达标 合格 满意 响应 消除 管控 防控 监管 "
    "销号 "
    "清零 救治 回收 控制 处理 拆除 整治 清收 追缴 侦破 反馈 及时 "
    "扑灭 扑救 破获 结案 调解 办理 报销 报告"
)
AGAINST = tuple(f"{done}{share}" for done in _DONE.split() for share in ("率", "比例"))


def direction_of(words: str) -> str:
    """higher, lower or within; higher unless the words name an unwanted thing."""
    if any(word in words for word in NEITHER_MORE_NOR_LESS):
        return WITHIN
    unwanted = max(words.rfind(word) for word in LESS_IS_BETTER)
    is_wanted = max(words.rfind(word) for word in (*FALLS, *RISES, *AGAINST)) > unwanted
    return LOWER if unwanted >= 0 and not is_wanted else HIGHER
