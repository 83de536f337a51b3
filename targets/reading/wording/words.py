"""The words the grammar knows, by meaning. Correcting a word is a change of one line.

A word may be in several tables. The longest word wins, so that a word in `NO_WORDS` only blocks a
shorter one (率先 is no 率). Whether a word includes its number follows the Civil Code of China,
art. 1259.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import product

from targets.rules.quantities import COUNTING_UNITS


def table(**words: str) -> dict[str, str]:
    """`meaning="word word"` as word → meaning."""
    return {word: meaning for meaning, listed in words.items() for word in listed.split()}


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# More than, less than; a negation reverses the word and includes the number.
PLAIN_THAN = table(gt="超过 超出 突破 高于 多于 大于 快于 优于", lt="低于 少于 小于 短于 慢于")
_NOT = ("不", "不得", "不能", "不应", "不可", "不宜", "不许", "不再", "绝不", "决不", "没有", "未",
        "严禁", "禁止", "严控", "严防", "防止")  # fmt: skip
THAN = {
    **PLAIN_THAN,
    **{no + word: "lte" if PLAIN_THAN[word] == "gt" else "gte" for no, word in product(_NOT, PLAIN_THAN)},
    **table(gte="至少 起码 达到或超过", lte="至多 最多 不得超"),
}
# Right before the number only.
TOUCHING = table(
    gte="达 ≥", gt="超 > 过", lte="不超 ≤ 控制", lt="不足 不满 <", approx="约 大约 大概", to="到 至 为"
)
# Anywhere before the number; with 上年 the level is last year's.
LEVEL = table(
    gte="达到 保持在 稳定在 维持在 提高到 提高至 提升到 提升至 增加到 增加至 增长到 增长至 "
    "增至 扩大到 扩大至 发展到 上升到 上升至",
    lte="控制在 控制到 压缩到 压缩至 压减到 压减至 降低到 降低至 下降到 下降至 减少到 减少至 降到 降至 "
    "缩短到 缩短至 压降到 压降至 缩减到 缩减至 精简到 精简至 减到 减至 收窄至 回落至 降为 "
    "缩小到 缩小至 下调到 下调至",
    keep="保持 稳定 维持",
)
AIM = table(gte="完成 实现 冲击 冲刺 挑战")
# Right after the unit; `amounts._END` tells 60条内 from 60条内街 and 8家上下游企业.
AFTER = table(
    gte="以上 及以上 或以上 迈进 向上", gt="以外", lte="以下 以内 之内 内", approx="左右 上下 上下浮动"
)
MORE = table(gt="多 余")  # 400多家
FIRMNESS = table(
    binding="确保 必保 坚决 务必 必须 保证 守住 力保",
    expected="计划 预计 预期 推动 助推",
    stretch="力争 争取 努力 奋力 冲击 冲刺 挑战 迈进 奋斗 力求",
)

# Words for a change, and for a share.
CHANGE = table(
    up="增长 增长率 增速 增幅 涨幅 增加 上升 提高 提升 增进 递增 增产 扩大",
    down="下降 降低 减少 压减 降幅 削减 下降率 降低率 减少率 压减率 减量 缩短 "
    "跌幅 下降幅度 降低幅度 减幅 "
    "压缩 压降 缩减 精简 裁减 减排 节约 下调 节省 缩小",
)
SHARE = table(
    ratio="率 死亡率 失业率 完成率 到位率 比率 占比 比重 比例 满意度 强度 覆盖面 占 "
    "倍差 清零率 参保面 投保面 受益面 普及面 "
    "亏损面 安全感 获得感 幸福感 知晓度 信任度 认可度 参与度 存贷比 贷存比 达标面 公开面 素养水平 "
    "机械化水平 城镇化水平 自动化水平 信息化水平 覆盖水平 覆盖度 支持度 美誉度 好评度 "
    "收入比 之比 性别比 师生比 生师比"
)

# Things counted over the year, or at a point in time.
ADDED = table(
    flow="新增 净增 新建 新培育 新引进 新改建 新改扩建 新签约 新注册 新吸纳 新认定 新开工 年新增 增设 "
    "新发展 新登记 新设立 新组建 新创建 新选聘 新上 新投产 新获批 新聘 新入库 新纳统 再新增"
)
TOTALS = table(
    stock="数量 企业数 企业数量 户数 家数 "
    "总数 总数量 总量 保有量 保有 存量 拥有量 余额 浓度 里程 能力 床位数 "
    "学位数 总人口 常住人口 户籍人口 劳动生产率 时限 周期 时间 用时 时长 能耗 在册 参保 "
    "绿地面积 住房面积 体育场地面积 酸碱度 预期寿命 受教育年限 执业医师数 注册护士数 托位数 保护面积 蓄积量 "
    "存栏 存栏量 装机 装机容量 藏书量 库容 持有量 在校生 在园幼儿 永久基本农田"
)
SUMS = table(
    flow="产值 增加值 生产总值 收入 税收 投资 零售额 零售总额 进出口 总额 交易额 销售额 营业额 成交额 投放额 "
    "利润 经费 支出 费用 外资 资金 贷款 产量 总产 发电量 用电量 用水量 屠宰量 出栏量 吞吐量 接待量 客流量 "
    "招商引资 供水量 供气量 排放量 施用量 交易量 销量 销售量 播种面积 种植面积 营收 GDP 办件量 "
    "消费量 消耗量 使用量 出口 出口额 进口额 贸易额 登记额 融资额 合同额 保费 票房 收益 "
    "加工量 收购量 调运量 处理量 清运量 业务量 快递量 借阅量 访问量 捕捞量 采伐量 客运量 货运量 周转量 "
    "回收量 采购量 供应量 供地量 签约额 消费额"
)
OF_MONEY = _set("""
    招商引资 产值 增加值 生产总值 收入 税收 投资 利润 经费 支出 费用 外资 资金 贷款 营收 进出口 总额 GDP
    出口 收益 票房 保费
""")
NODES = table(
    milestone="建成 竣工 完工 封顶 开工 投用 投产 投入使用 交付 通车 验收 完成 合龙 通水 通电 通气 启用 "
    "挂牌 运行 主体完工 净地交付"
)
_DEEDS = (
    "改造 建设 开发 整治 培育 引进 招引 盘活 造林 抚育 植树 栽植 种植 绿化 铺设 敷设 架设 安装 加装 设置 "
    "增设 配备 配建 修建 修复 修缮 整修 维修 养护 硬化 亮化 美化 加固 疏浚 疏通 清淤 清理 清除 清运 清收 "
    "清缴 "
    "拆除 消除 整改 排查 检查 巡查 抽检 普查 走访 慰问 帮扶 救助 资助 补助 扶持 培训 举办 开展 组织 召开 "
    "承办 "
    "推广 打造 创建 创评 评选 选树 选派 招聘 招录 吸纳 安置 转移 解决 实施 落地 签约 注册 认定 获评 获批 "
    "申报 筹集 募集 收购 收储 收回 供应 出让 征收 征迁 搬迁 移交 更换 更新 升级 升规 上规 入库 纳统 入统 "
    "打通 贯通 接待 惠及 服务 孵化 开放 开通 开设 采购 购置 储备 轮换 治理 复垦 补充 流转 托管 减免 兑付 "
    "兑现 拨付 发放 投放 办理 办结 化解 调处 处置 处理 查处 查办 破获 编制 制定 制订 修订 出台 发布 建立 "
    "设立 扩建 改建 新改 提质 引育 屠宰 出栏 到位 实际利用 争取上级 争取中央 争取省 争取市 争取专项 "
    "争取资金 争取债券 争取项目 争取政策 争取到位 发展党员 "
    "关停 关闭 化债 报批 再就业 受益 减负 带动 销号 "
    "腾退 淘汰 清退 回收 捐献 献血 供给 投入 铺装 回购 交房 建档 "
    "检修 谋划 策划 包装 选聘 选育 输送 结对 义诊 巡诊 补植 复绿 摸排 布设 增开 "
    "转化 获得 争创 创成 引入 落户 编印 刊发 录用 推送 撮合 培养 培树 选拔 表彰 "
    "提供 消纳 检测 抽查 查验 核查 上线 关爱 放贷 改厕 清表 供地 个转企 小升规 "
    "小升高 企升规 规下转规上 股改 嫁接 栽种 补种 赠送 开办 命名 授牌 签订 达成 促成 "
    "举行 承接 受理 建强 揭牌 发展壮大 "
    "争取各类 争取无偿 争取补助 争取到 争取国家 争取各级 争取各项 争取政策 争取地方 争取财政 争取试点 "
    "发行 整顿 接种 投保 减税降费 减税 降费 退税 组建 成立 征集 采集 归集 放映 播出 拍摄 出版 编撰 布展 "
    "挖掘 救治 筛查 体检 随访 助学 奖励 奖补 贴息 授信 招生 扩招 送教 送医 送戏 送岗 宣讲 宣教 轮训 "
    "调训 督查 督导 督办 巡察 审结 执结 立案 结案 调解 援助 帮教 侦破 打掉 抓获 追回 追缴 腾空 平整 "
    "垦造 深松 还田 放流 投苗 增绿 补绿 造绿 种草 封育 退耕 间伐 灭蚊 扑杀 连通 联通 接入 接通 拓宽 "
    "续建 复建 迁建 重建 开辟 新辟 投运 配置 配齐 搭建 清扫 清洗 焚烧 填埋 引才 聘请 招募 招收 遴选 "
    "评定 鉴定 取得 获取 荣获 参展 组团 对接 洽谈 邀请 攻关 揭榜 授权 制修订 迁入 取缔 整合 撤并 重组 "
    "改制 出清 转运 分流 开行 开出 开班 配租 配售 筹建 筹措 划定 确权 颁证 发证 换证 制作 印制 张贴 "
    "推介 推荐 推出 推行 报送 采用 采纳 代办 管护 勘测 测绘 新植 更名 认领 认养 认购 缴存 追加 核发 "
    "核销 核减 支持 补贴 寄递 调运 外送 外派 派驻 下派 帮助 指导 引导 撬动 拉动 吸引 集聚 聚集 开挖 "
    "埋设 点亮 刷新 粉刷 翻新 翻修 修护 抢修 抢险 清障 封堵 截污 纳管 分户 通达 外销 约谈 曝光 处罚 "
    "问责 教育引导 谈心 慰藉 探访 圆梦 牵线 相亲 订购 征订 配发 分发 纾解 纾困 劝返 劝退 劝导 擦洗 洗消 "
    "起草 草拟 封存 封停 评出 选出 推选 推举 撤销 撤除 补录 补建 补办 补发 补缴 录入 采录 录制 编写 "
    "编排 编发 撰写 刊登 刊载 发表 创排 创演 创办 创设 复排 汇编 汇总 梳理 筛选 甄选 优选 挑选 评审 "
    "评比 评议 考察 走进 进驻 迁移 迁出 迁址 搬离 疏散 撤离 加高 加宽 加密 加铺 加建 加盖 增配 增补 "
    "增派 增购 增划 施划 划设 划出 布置 摆放 悬挂 竖立 树立 涂刷 喷绘 绘制 刷白 维保 保养 调试 调换 "
    "置换 替换 替代 换装 换新 换填 回填 挖填 开凿 打井 钻探 勘探 勘察 探明 采样 化验 送检 巡护 巡检 "
    "陪护 接送 运送 转送 输出 输转 转办 转让 租用 出租 招租 招拍挂 挂拍 出售 竞拍 变现 变卖 偿还 归还 "
    "清偿 清欠 追讨 讨回 挽回 挽损 冻结 扣押 收缴 缴获 没收 销毁 捣毁 端掉 铲除 拔除 灭除 根治 消杀 "
    "收治 收容 收养 收留 安葬 慰劳 探望 陪伴 关怀 帮办 领办 包保 包联 联建 共建 合建 合办 协办 主办 "
    "筹划 策展 展出 展陈 演练 评奖 颁发 颁奖 授予 嘉奖 捐建 捐赠 援建 援派 认建 冠名 加盟 加入 纳入 "
    "吸收 吸储 聘用 聘任 引回 召回 返聘 回引 培强 育成 繁育 扩繁 繁殖 引种 试种 套种 复种 轮作 间作 "
    "翻耕 深耕 整地 浇灌 施肥 除草 采收 采摘 收割 抢收 抢种 烘干 酿造 组装 研制 攻克 申请 申领 申办 "
    "申创 申遗 提交 提报 报审 报备 上报 入选 入围 复核 复审 复查 复检 回访 回头看 审核 审查 审理 审定 "
    "核定 核实 核准 裁决 判决 起诉 公诉 抓捕 查封 查扣 查获 取证 勘验 论证 会诊 问需 征求 听取 答复 "
    "回复 回应 解答 反馈 跟踪 跟进 稳岗 援企 牵头 牵手 互派 选调 选任 提拔 轮岗 挂职 传授 讲授 开讲 "
    "授课 "
    "发展预备党员 发展新党员 发展农村党员 发展青年党员 发展用户 发展会员 发展团员 喝上 用上 住上 吃上 "
    "享受 "
    "争取指标 争取支持 争取预算 争取超长期 争取特别国债 争取奖补 争取转移支付"
)
DEEDS = {**table(flow=_DEEDS), **dict.fromkeys(NODES, "flow")}
# Unwanted events, counted as they happen.
EVENTS = table(
    event="事故 火灾 火情 火点 案件 发案 警情 投诉 信访 上访 非访 舆情 疫情 事件 伤亡 死亡 溺水 中毒 返贫 "
    "违建 违法 会议 群访 登记 感染 发生 登革热 灾害 欠薪 违规 失泄密 "
    "越级访 集访 命案 亡人"
)

# Words that state a number without digits.
SPOKEN = table(
    place_1="领跑 首位 榜首 第一位 第一名",
    value_1="零的突破 零”的突破 零突破",
    times_2="翻番 翻一番 倍增",
    times_4="翻两番",
)
ZERO = table(zero="不发生 不出现 零发生 杜绝 防止 避免 零事故 零伤亡 零死亡 零火点 零登记 零新增 零案件 "
"零投诉 "
             "零上访 零火灾 零火情 零事件 零违建 零感染 零疫情 零非访 零违规 零欠薪 为零 清零 无重大 "
    "无较大 无新增 无一般 无亡人 无责任 无重特大 未发生 不再发生 不出")  # fmt: skip
# A place without a number, or a change of place.
UNCERTAIN_PLACE = table(
    place="第一方阵 第一梯队 第一序列 第一档 第一等次 先进位次 争先进位 晋位升级 进位争先 中上游 上游水平"
)
SHIFT = _set("""
    前移 进位 前进 晋位 晋升 提升 上升 进步 赶超 提高 上移 后退 下滑 退后 靠前
""")
# References to another series than the target's own.
REFERENCE = table(
    past="上年 去年 上一年 上年度 去年度 同期 往年 历年 前三年 基期 年初",
    other="全市 全省 全区 全县 全国 全镇 全州 平均 省定 市定 国定 国家标准 经济增长 同类",
)
SAME = table(same="持平 零增长", alike="相当 同步")  # alike only with a reference
# For each month or each thing: the number for the year is not stated.
EACH = "每"
FORBIDS = table(no="不再 严禁 禁止 严控 严防 防止 不得 遏制 拒绝 停止 暂停 不予 取消 退出")
SOFT = table(
    qualitative="推进 加强 改善 前列 启动 深化 深入 强化 优化 完善 抓好 布局 大力 构建 落实 坚持 健全 "
    "巩固 夯实 营造 弘扬 倡导 促进 整治 开展 提升 增强 做好 做优 做强 狠抓 统筹 "
    "筹办 办好 补齐 兜牢 兜实 守牢 筑牢 擦亮 用好 管好 建好 护好 "
    "打好 打赢 探索 拓展 压实 激发 释放 全力 纵深 落细 聚焦 引导 "
    "丰富 繁荣 严守 争先 攻坚 赋能 壮大 培优 塑造 彰显 传承 护航 着力 高质量发展 "
    "不断 切实 扎实 稳步 积极 有序"
)
VAGUE = _set("""
    加强 改善 前列 深化 深入 强化 优化 完善 大力 坚持 健全 巩固 夯实 营造 弘扬 倡导 促进 提升 增强
    做好 做优 做强 统筹 落实 补齐 兜牢 守牢 筑牢 拓展 压实 激发 释放 全力 纵深 丰富 繁荣 壮大
""")  # fmt: skip
# These words mean nothing here; they block shorter words.
NO_WORDS = _set("""
    超额完成 零容忍 率先 率领 最快于 建成区 建设用地 保证金 倍增计划 倍增工程 倍增行动 放在首位 摆在首位
    不良 运行维护
    引导基金 引导资金 支持政策 指导意见 指导员 奖励资金 备案证 授权点
    运行成本 过渡 过程 通过 超市 超级 超限 占地 占道 行动计划 计划生育 规模化 规模以上 规模性 登记失业
    信访工作 信访事项 约定 约束 预约 服务中心 服务站 服务点 服务业 服务窗口 服务平台 服务圈 服务事项
    组织部 党组织 社会组织 时间节点 开发区 会议室 会议中心 事故隐患 灾害隐患 投资者 为民 为主 为农
    为老 到户 到人 到村 至今 甚至 为了 因为 作为 成为 行为 治理效能 治理体系 治理能力 检查站 人数众多
""")

UNITS = table(
    counted=f"{' '.join(sorted(COUNTING_UNITS))} 笔 场 份 只 点 户次",
    measured="% ‰ 个百分点 百分点 个位次 位次 个名次 倍 元 美元 欧元 亩 公顷 平方米 平米 平方公里 立方米 "
    "立方 方 公里 千米 米 吨 "
    "公斤 千克 斤 千瓦时 千瓦 兆瓦 万千瓦 微克 毫克 升 度 分 岁 海里 km kW MW ㎡ m² 吨标准煤 标准煤 "
    "标台 标箱 标准箱 吉瓦 兆瓦时",
    time="个月 个工作日 工作日 小时 分钟 天 日 年 秒",
)
# Counted as they happen, so always over the year.
HAPPENINGS = _set("""
    次 场 起 例 人次 户次 家次 场次 批次 笔 趟 课 期
""")
LEVEL_UNITS = ("家", "户")  # 企业达N家 is a level; of other things 达N does not say

RATES = frozenset({"%", "‰"})
TO_A_LEVEL = frozenset(word for word in LEVEL if word not in ("达到", "控制在", "控制到"))
KEEPS = _set("""
    保持在 稳定在 维持在 保持 稳定 维持
""")
RISES_TO = _set("""
    提高到 提高至 提升到 提升至 增加到 增加至 增长到 增长至 增至 扩大到 扩大至 发展到 上升到 上升至
""")
# Totals that are always a level: 日处理污水能力. With a verb, other totals may count those of the year.
LASTING = _set("""
    常住人口 户籍人口     能力 保有量 保有 存量 拥有量 余额 浓度 里程 床位数 学位数 总人口 劳动生产率 在册
    绿地面积 住房面积 体育场地面积 酸碱度 预期寿命 受教育年限 执业医师数 注册护士数 托位数 保护面积 蓄积量
    存栏 存栏量 装机 装机容量 藏书量 库容 持有量 在校生 在园幼儿 永久基本农田
""")
STANDING_MONEY = _set("""
    余额 存量 劳动生产率
""")
# Nouns for a fall: a level named behind them is that of the fall.
FALLS = _set("""
    降幅 跌幅 减幅 下降率 降低率 减少率 压减率 下降幅度 降低幅度
""")
# What is done only if something else comes first is no node.
ON_CONDITION = ("条件成熟", "条件具备", "条件允许", "适时", "择机", "视情")
TIME_WORDS = _set("""
    时限 周期 时间 用时 时长
""")

ROLES: dict[str, dict[str, str]] = {
    "than": THAN, "touching": TOUCHING, "level": LEVEL, "aim": AIM, "firmness": FIRMNESS, "change": CHANGE,
    "share": SHARE, "added": ADDED, "total": TOTALS, "sum": SUMS, "node": NODES, "deed": DEEDS,
    "event": EVENTS, "zero": ZERO, "place": UNCERTAIN_PLACE, "reference": REFERENCE, "same": SAME,
    "forbids": FORBIDS, "soft": SOFT,
}  # fmt: skip


def any_of(words: Iterable[str]) -> str:
    """A pattern of any of the words, the longest first."""
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


_KNOWN = {*NO_WORDS, *SPOKEN}.union(*ROLES.values())
LEXICON = {word: {role: words[word] for role, words in ROLES.items() if word in words} for word in _KNOWN}
