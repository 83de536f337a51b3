"""月报: the short table of one unit, for its head to sign; where there are several, each has a sheet."""

from collections.abc import Iterator

from targets.register.row import RegisterRow
from targets.workbooks.content import Content
from targets.workbooks.forms.progress import SHORT_COLUMNS
from targets.workbooks.sheets import A4, Part, Sheet


def _parts(content: Content) -> Iterator[Part[RegisterRow]]:
    for group in content.overview.by_unit:
        yield Part(group.tally.listed, group.tally.listed[0].lead_unit.name)


MONTHLY = Sheet(
    "月报",
    title="重点目标任务进展情况月报",
    columns=SHORT_COLUMNS,
    parts=_parts,
    fixed=2,
    paper=A4,
    counts_lights=True,
)
