"""工作情况通报: the same numbers as everywhere, on the page and in the document."""

import io
import re
import zipfile
from datetime import date
from xml.etree import ElementTree

import pytest

from targets.documents.docx import write
from targets.models import IssuedReport, Plan
from targets.register.bulletin import Bulletin, Kind, Paragraph, Wanted, Writer
from targets.register.overview import Overview
from targets.register.register import Register
from targets.workbooks.issuing import publish
from tests.factories import at, coordinator, correct_entry, file_entry, make_target, make_unit, staff

pytestmark = pytest.mark.django_db

JULY = date(2025, 7, 3)
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def plan():
    """One on schedule, one behind, one stretch goal behind, and one that nobody reported."""
    done = make_target(title="产值", stated_as="全年工业达到520亿元")
    file_entry(done, 6, "265.2", JULY)
    behind = make_target(title="投资", target_value=100, lead_unit=make_unit("规划办"))
    file_entry(behind, 6, "20", JULY, issues="用地未落实", next_steps="加快报批")
    stretch = make_target(title="力争投资", firmness="stretch")
    file_entry(stretch, 6, "20", JULY)
    make_target(title="高企", measure="stock", lead_unit=make_unit("科技办"))
    return Plan.objects.get()


def bulletin(plan, **wanted):
    today = date(2025, 7, 8)
    return Writer(Overview(Register.at(plan, period=6, today=today)), Wanted(**wanted), today).write()


def words(it):
    return "\n".join(p.stressed + p.text for p in it.paragraphs)


def test_it_says_the_year_the_laggards_and_what_is_asked_for(plan):
    it = bulletin(plan)
    said = words(it)
    assert it.title == "关于2025年1—6月重点目标任务完成情况的通报"
    assert str(Overview(Register.at(plan, period=6)).standing) in said
    assert "计入达序时率的2项中，达序时1项、滞后1项，分别占50.0%、50.0%。" in said
    assert "2．投资。红灯" in said
    assert "存在问题：用地未落实；下一步措施：加快报批。（规划办" in said
    assert "力争类目标1项另列：力争投资（红灯）。" in said
    assert "滞后事项（1项）" in said
    assert "未按时报送" not in said
    assert it.results[0] == (1, "产值：全年工业达到520亿元", "绿灯，265.2亿元，完成率51.0%")
    assert [p.text[0] for p in it.paragraphs if p.kind == Kind.HEADING] == list("一二三四")


def test_units_with_reports_missing_are_named_only_when_asked_for(plan):
    assert "未按时报送：科技办1项。" in words(bulletin(plan, names_late=True))


def test_the_public_variant_names_nothing_that_lags(plan):
    it = bulletin(plan, is_public=True)
    assert "投资" not in words(it)
    assert [said for _number, said, _result in it.results] == ["产值：全年工业达到520亿元", "高企"]


def test_a_figure_of_an_earlier_month_says_its_months(plan):
    old = make_target(title="税收", figure_from="statistics")
    file_entry(old, 4, "100", date(2025, 5, 20), part="statistic", narrative="", yoy="5.1")
    it = bulletin(plan)
    assert "税收。1—4月累计100亿元，同比增长5.1%" in words(it)
    assert "，1—4月100亿元" in it.results[-1][2]


# --- beside the last one --------------------------------------------------------------------------


def turned(plan):
    """By June, against May: 产值 came up, 投资 went down, 高企 has its first light, the place moved."""
    for title, may in (("产值", "150"), ("投资", "45"), ("力争投资", "200")):
        file_entry(plan.targets.get(title=title), 5, may, date(2025, 6, 3))
    place = make_target(title="工业增速位次", measure="rank", target_value=3, comparator="lte",
                        unit_of_measure="位", figure_from="statistics")  # fmt: skip
    for number, day, value in ((5, date(2025, 6, 20), "4"), (6, JULY, "2")):
        file_entry(place, number, value, day, part="statistic", narrative="")


def test_it_says_what_turned_since_the_month_before(plan):
    turned(plan)
    said = words(bulletin(plan))
    start = said.index("与5月相比，")
    told = said[start : said.index("\n", start)]
    for part in (
        "由绿转红1项：投资（规划办）",
        "由红转绿1项：产值（经发办）",
        "工业增速位次上升2位，居第2位",
    ):
        assert part in told, told
    public = words(bulletin(plan, is_public=True))
    assert "由红转绿1项：产值；" in public or "由红转绿1项：产值。" in public
    assert "投资" not in public
    assert "规划办" not in public


def test_of_an_issue_before_it_says_what_that_said(client, plan):
    turned(plan)
    report = IssuedReport.objects.in_preparation(plan.periods.get(number=5))
    publish(report, by=coordinator(), at=at(date(2025, 6, 22)))
    correct_entry(plan.targets.get(title="产值").entries.get(period__number=5), date(2025, 7, 5), value="240")
    client.force_login(staff(coordinator()))
    page = client.get(PLACE).content.decode()
    assert "与上期（第1期，5月）相比，" in page
    assert "由红转绿1项：产值（经发办）" in page
    answer = client.get(f"{PLACE}&addressed=各村：&demands=抓紧&number=2&format=docx")
    said = text_of(zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).read("word/document.xml"))
    assert "与上期（第1期，5月）相比，" in said


# --- the document ---------------------------------------------------------------------------------


def document(it):
    file = io.BytesIO()
    write(file, it)
    return zipfile.ZipFile(file)


def text_of(part):
    lines = []
    for paragraph in ElementTree.fromstring(part).iter(f"{WORD}p"):
        lines.append("".join(t.text or "" for t in paragraph.iter(f"{WORD}t")))
    return "\n".join(lines)


def test_the_document_has_the_words_of_the_page(plan):
    it = bulletin(plan, number=8, copied_to="区府办")
    archive = document(it)
    said = text_of(archive.read("word/document.xml"))
    for paragraph in it.paragraphs:
        assert paragraph.stressed + paragraph.text in said
    for part in ("第8期", it.title, "产值：全年工业达到520亿元", "抄送：区府办", "2025年7月8日印发"):
        assert part in said
    for name in archive.namelist():
        ElementTree.fromstring(archive.read(name))  # every part is whole


def test_page_and_grid_are_those_of_the_standard(plan):
    part = document(bulletin(plan)).read("word/document.xml").decode()
    margins = dict(re.findall(r'w:(top|right|bottom|left)="(\d+)"', part[part.index("<w:pgMar") :]))
    millimetres = {side: round(int(length) / 56.7) for side, length in margins.items()}
    assert millimetres == {"top": 37, "left": 28, "bottom": 35, "right": 26}
    pitch = int(re.search(r'w:linePitch="(\d+)"', part)[1])
    assert 22 * pitch <= 16838 - int(margins["top"]) - int(margins["bottom"]) < 23 * pitch


def test_what_would_break_the_document_does_not():
    it = Bulletin(
        masthead="<镇>", issue="", issuer="a&b", day="", title="\x0b标题", addressed="",
        results=[(1, "<w:p>", "]]>")],
        paragraphs=[Paragraph(Kind.TEXT, "</w:t>\n& \ud800")],
    )  # fmt: skip
    said = text_of(document(it).read("word/document.xml"))
    assert "<镇>" in said
    assert "<w:p>" in said
    assert "</w:t>" in said


# --- the page -------------------------------------------------------------------------------------

PLACE = "/reports/bulletin/?plan=P25&period=6"


def test_the_page_shows_it_and_hands_out_the_document(client, plan):
    client.force_login(staff(coordinator()))
    assert "计入达序时率的2项中" in client.get(PLACE).content.decode()
    answer = client.get(f"{PLACE}&addressed=各村：&demands=抓紧&number=3&format=docx")
    assert answer["Content-Disposition"].startswith("attachment")
    said = text_of(zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))).read("word/document.xml"))
    assert "各村：" in said
    assert "抓紧" in said
    assert "第3期" in said
    refused = client.get(f"{PLACE}&addressed=&number=x")
    assert refused.status_code == 400


def test_of_a_month_that_was_issued_it_says_what_the_issue_says(client, plan):
    report = IssuedReport.objects.in_preparation(plan.periods.get(number=6))
    publish(report, by=coordinator(), at=at(date(2025, 7, 6)))
    entry = plan.targets.get(title="产值").entries.get()
    correct_entry(entry, date(2025, 8, 5), value="100")
    client.force_login(staff(coordinator()))
    page = client.get(PLACE).content.decode()
    assert "依据第1期" in page
    assert "265.2亿元" in page


def test_only_who_runs_the_plan_writes_it(client, plan):
    client.force_login(staff(plan.targets.get(title="产值").entries.get().entered_by))
    assert client.get(PLACE).status_code == 403
