"""工作情况通报: what a month's circular says, the same for its page and its document.

In Chinese whatever language the interface is shown in, as all forms of the offices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum, auto

from django.utils import translation

from targets import explain
from targets.models import IssuedReport, Target
from targets.models.enums import Measure
from targets.register.overview import Overview, shares
from targets.register.overview.filed import Indicator
from targets.register.overview.history import turns
from targets.register.overview.overview import why
from targets.register.row import RegisterRow
from targets.status import ATTENTION, ON_SCHEDULE, UNLIT, Status

# before the value itself
REACHED: dict[str, str] = {Measure.FLOW: "累计", Measure.STOCK: "达到", Measure.RATIO: "为"}
MASTHEAD = "工作情况通报"
ADDRESSED = "各有关单位："
DEMANDS = (
    "请各牵头单位对照年度目标倒排时间节点，逐项分析滞后原因，压实责任，按期完成；需协调解决的，"
    "及时报综合办公室。下期数据请按规定时间报送。"
)


class Kind(Enum):
    """How a paragraph stands in the document."""

    HEADING = auto()  # 一、
    ITEM = auto()  # its first words, up to the full stop or colon, stand out
    TEXT = auto()


@dataclass(frozen=True, slots=True)
class Paragraph:
    kind: Kind
    text: str
    stressed: str = ""  # what the text begins with


@dataclass(frozen=True, slots=True)
class Wanted:
    """What whoever writes the circular decides."""

    number: int | None = None
    addressed: str = ADDRESSED
    demands: str = DEMANDS
    copied_to: str = ""
    is_public: bool = False  # without those that lag
    names_late: bool = False  # 未按时报送


@dataclass(frozen=True, slots=True)
class Last:
    """What the circular is compared with: what it is called, and the status of each row by its code."""

    name: str
    statuses: Mapping[str, Status]

    @classmethod
    def issued(cls, report: IssuedReport, until: date) -> Last:
        """The last issue; `until`: the end of the month that is told."""
        month = explain.month_of(report.period.period_end, until)
        keys = {str(row["code"]): str(row["status_key"]) for row in report.rows if row["status_key"]}
        return cls(
            f"上期（第{report.number}期，{month}）", {code: Status[key.upper()] for code, key in keys.items()}
        )

    @classmethod
    def month_before(cls, overview: Overview) -> Last | None:
        if overview.before is None:
            return None
        known = {row.target.code: then for row in overview.rows if (then := overview.then(row)) is not None}
        return cls(explain.month_of(overview.before.period_end, overview.register.on), known)


@dataclass(frozen=True, slots=True)
class Bulletin:
    """`results`: number, the promise in the document's words, and how it stands, for the annex."""

    masthead: str
    issue: str
    issuer: str
    day: str
    title: str
    addressed: str
    paragraphs: list[Paragraph]
    results: list[tuple[int | None, str, str]]
    copied_to: str = ""
    notice: str = ""

    @property
    def text(self) -> str:
        """All in plain words, for a chat."""
        lines = [self.title, "", self.addressed, *(p.stressed + p.text for p in self.paragraphs)]
        return "\n".join([*lines, "", self.issuer, self.day])


@dataclass
class Writer:
    """Writes the circular of the month that the overview shows, beside the last issue if there is one."""

    overview: Overview
    wanted: Wanted
    today: date
    last: Last | None = None
    _chapters: int = field(default=0, init=False)

    def write(self) -> Bulletin:
        with translation.override("zh-hans"):
            return self._write()

    def _write(self) -> Bulletin:
        plan, wanted = self.overview.register.plan, self.wanted
        office = str(plan.office or plan.jurisdiction)
        place = str(plan.jurisdiction)
        months = explain.months(plan.starts_on, self.overview.register.on)
        return Bulletin(
            masthead=f"{place}{MASTHEAD}",
            issue=f"第{wanted.number}期" if wanted.number else "",
            issuer=office,
            day=explain.day(self.today),
            title=f"关于{plan.year}年{months}{plan.title.removeprefix(place).removeprefix(f'{plan.year}年')}"
            "完成情况的通报",
            addressed=wanted.addressed,
            paragraphs=list(self._paragraphs()),
            results=list(self._results()),
            copied_to=wanted.copied_to,
            notice="演示数据，纯属虚构" if plan.is_invented else "",
        )

    def _paragraphs(self) -> Iterator[Paragraph]:
        yield self._chapter("总体情况")
        yield from self._whole()
        if indicators := [each for each in self.overview.indicators if each.row.value is not None]:
            yield self._chapter("主要经济指标")
            for indicator in indicators:
                if not (self.wanted.is_public and indicator.row.status in ATTENTION):
                    yield _item(indicator.row, _indicator(indicator))
        if not self.wanted.is_public:
            yield from self._lagging()
        yield self._chapter("下一步工作要求")
        for text in filter(None, self.wanted.demands.splitlines()):
            yield Paragraph(Kind.TEXT, text.strip())

    def _chapter(self, name: str) -> Paragraph:
        self._chapters += 1
        return Paragraph(Kind.HEADING, f"{'一二三四五六七八九'[self._chapters - 1]}、{name}")

    def _whole(self) -> Iterator[Paragraph]:
        overview, total = self.overview, self.overview.total
        end = f"截至{overview.register.on.month}月底，"
        if self.wanted.is_public:
            done = total.by_status[Status.DONE]
            finished = f"，其中已完成{done}项" if done else ""
            lit = f"计入达序时率的{total.lit}项里有{total.on_schedule}项达序时{finished}"
            yield Paragraph(Kind.TEXT, f"{end}全年{total.tasks.number}项任务中，{lit}。")
            yield from self._since()
            return
        yield Paragraph(Kind.TEXT, f"{end}{overview.standing}")
        if total.lit:
            yield Paragraph(Kind.TEXT, self._shares())
        if stretch := overview.stretch:
            yield Paragraph(Kind.TEXT, f"力争类目标{len(stretch)}项另列：{_named(stretch)}。")
        yield from self._since()

    def _since(self) -> Iterator[Paragraph]:
        """What turned since the last one; the public reads of what got better."""
        rows, last = self.overview.rows, self.last or Last.month_before(self.overview)
        if last is None:
            return
        is_public = self.wanted.is_public
        now = Counter(row.status for row in rows if row.status is not None)
        then = Counter(last.statuses.values())
        moved = [
            f"{status.label}{'增加' if more > 0 else '减少'}{abs(more)}项"
            for status in (*ON_SCHEDULE, *ATTENTION, *UNLIT)
            if (more := now[status] - then[status])
            and (not is_public or (status in ON_SCHEDULE and more > 0))
        ]
        by_turn: dict[tuple[Status, Status], list[RegisterRow]] = {}
        for turn in turns(rows, lambda row: last.statuses.get(row.target.code)):
            if turn.is_better or not is_public:
                by_turn.setdefault((turn.before, turn.after), []).append(turn.row)
        told = [
            f"{explain.turned(*pair, len(each))}：{'、'.join(self._whose(row) for row in each)}"
            for pair, each in by_turn.items()
        ]
        places = [
            f"{each.row.target.title}{explain.places_moved(each.place_before, each.place)}"
            f"，居第{each.place}位"
            for each in self.overview.indicators
            if each.place and each.place_before and each.place != each.place_before
            if not is_public or (each.place < each.place_before and each.row.status not in ATTENTION)
        ]
        parts = ["、".join(moved), "；".join(told), f"位次变化：{'；'.join(places)}" if places else ""]
        words = "。".join(filter(None, parts)) or ("" if is_public else "亮灯和位次无变化")
        if words:
            yield Paragraph(Kind.TEXT, f"与{last.name}相比，{words}。")

    def _whose(self, row: RegisterRow) -> str:
        return row.target.title if self.wanted.is_public else f"{row.target.title}（{row.lead_unit}）"

    def _shares(self) -> str:
        """Of what the rate counts, the parts and their shares, which add up to 100.0."""
        total = self.overview.total
        names = ("达序时", "滞后", "沿用以前月份数据")
        numbers = (total.on_schedule, total.behind, total.carried)
        parts = [part for part in zip(names, numbers, shares(numbers), strict=True) if part[1]]
        told = "、".join(f"{name}{number}项" for name, number, _share in parts)
        rates = "、".join(f"{share}%" for _name, _number, share in parts)
        return f"计入达序时率的{total.lit}项中，{told}，{'分别' if len(parts) > 1 else ''}占{rates}。"

    def _lagging(self) -> Iterator[Paragraph]:
        """力争 goals stand in a sentence of their own already, where the plan does not count them."""
        overview = self.overview
        lagging = [row for row in overview.attention if row not in overview.stretch]
        if lagging:
            yield self._chapter(f"滞后事项（{len(lagging)}项）")
            for row in lagging:
                parts = [f"{row.status_label}，{why(row).rstrip('。')}"]
                parts += [f"存在问题：{text.rstrip('。')}" for text in [row.words("issues")] if text]
                parts += [f"下一步措施：{text.rstrip('。')}" for text in [row.words("next_steps")] if text]
                whose = "，".join(filter(None, (str(row.lead_unit), row.leader)))
                yield _item(row, f"{'；'.join(parts)}。（{whose}）")
        units: dict[str, list[RegisterRow]] = {}
        for row in lagging:
            units.setdefault(str(row.lead_unit), []).append(row)
        late = overview.unfiled if self.wanted.names_late else []
        if units or late:
            yield self._chapter("存在问题")
        if units:
            told = "；".join(f"{unit}{len(rows)}项" for unit, rows in units.items())
            yield Paragraph(Kind.TEXT, f"滞后事项按牵头单位：{told}。")
        if late:
            told = "、".join(f"{each.unit}{each.missing.number}项" for each in late)
            yield Paragraph(Kind.TEXT, f"未按时报送：{told}。")

    def _results(self) -> Iterator[tuple[int | None, str, str]]:
        stated = Target.objects.filter(plan=self.overview.register.plan).exclude(stated_as="")
        words = dict(stated.values_list("pk", "stated_as"))
        for row in self.overview.rows:
            if not (self.wanted.is_public and row.status in ATTENTION):
                title, said = row.target.title, words.get(row.target.pk, "")
                promise = said if title in said else f"{title}：{said}" if said else title
                yield row.target.number, promise, _result(row)


def _item(row: RegisterRow, text: str) -> Paragraph:
    return Paragraph(Kind.ITEM, text, f"{row.target.number}．{row.target.title}。")


def _indicator(each: Indicator) -> str:
    row = each.row
    told = []
    if row.measure in REACHED:
        value = explain.quantity(row.value, row.unit_of_measure)
        told.append(f"{row.months_of_older_figure}{REACHED[row.measure]}{value}")
    growth = row.value if row.measure == Measure.GROWTH else each.yoy
    if growth is not None:
        older = (each.growth or row).months_of_older_figure if each.growth or not told else ""
        told.append(f"{older}同比{'增长' if growth >= 0 else '下降'}{explain.number(abs(growth))}%")
    if row.attainment is not None:
        told.append(f"完成率{explain.percentage(row.attainment)}%")
    if each.place:
        moved = explain.places_moved(each.place_before, each.place)
        told.append(f"位居第{each.place}位{f'（{moved}）' if moved else ''}")
    return f"{'，'.join(told)}。"


def _result(row: RegisterRow) -> str:
    told = [row.status_label]
    if row.value is not None:
        told.append(row.months_of_older_figure + explain.quantity(row.value, row.unit_of_measure))
    if row.attainment is not None:
        told.append(f"完成率{explain.percentage(row.attainment)}%")
    return "，".join(told)


def _named(rows: list[RegisterRow]) -> str:
    return "、".join(f"{row.target.title}（{row.status_label}）" for row in rows)
