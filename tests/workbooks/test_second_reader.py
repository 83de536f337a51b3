"""A second program opens the file: what openpyxl writes and reads back alike might still be wrong."""

import csv
import shutil
import subprocess
from datetime import date

import pytest

from targets.register.register import Register
from targets.workbooks import SHEETS, write_workbook
from tests.factories import file_entry, make_plan, make_target
from tests.workbooks.reading import xlsx
from tests.workbooks.test_progress import HEADINGS

SOFFICE, PDFTOTEXT = shutil.which("soffice"), shutil.which("pdftotext")


@pytest.mark.slow
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice (soffice) is not installed")
@pytest.mark.django_db
def test_libreoffice_reads_the_same_table(tmp_path):
    plan = make_plan()
    target = make_target(
        plan, title="=1+1", due_on=date(2025, 12, 31), accountable_leader_words="_x000D_ 𠮷🎉"
    )
    file_entry(target, 6, "265.2", date(2025, 7, 1), narrative="一\r\n二", issues="@x")
    make_target(plan, title="+1", due_text="年底前")
    register = Register.at(plan, period=6, today=date(2025, 7, 16))
    (tmp_path / "a.xlsx").write_bytes(xlsx(register, register.rows()))

    # Separator 44, quote 34, UTF-8 (76), cells as they are shown.
    command = [SOFFICE, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to"]
    command += ["csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "a.xlsx")], check=True, capture_output=True, timeout=120)

    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        headings, first, second = csv.reader(file)
    assert headings == HEADINGS
    assert first[2:11] == ["=1+1", "亿元", "520.00", "", "265.20", "51.0", "50.0", "+1.0", ""]
    assert first[12:16] == ["一\n二", "@x", "", "_x000D_ 𠮷🎉"]
    assert first[18] == "2025-12-31"
    assert [second[2], *second[4:11], second[18]] == ["+1", "520.00", *[""] * 6, "年底前"]


@pytest.mark.slow
@pytest.mark.skipif(None in (SOFFICE, PDFTOTEXT), reason="LibreOffice or pdftotext is not installed")
@pytest.mark.django_db
def test_libreoffice_prints_every_sheet_with_its_title_and_page_numbers(tmp_path):
    plan = make_plan()
    for number in range(12):
        target = make_target(plan, title=f"第{number}项", due_on=date(2025, 12, 31))
        file_entry(target, 6, "100", date(2025, 7, 1), narrative="推进" * 60, issues="=1+1")
    file_entry(make_target(plan, title="长文"), 6, "100", date(2025, 7, 1), narrative=f"{'进' * 1990}末尾")
    register = Register.at(plan, period=6, today=date(2025, 7, 16))
    with (tmp_path / "a.xlsx").open("wb") as file:
        write_workbook(file, register, register.stream(), edition="print", sheets=[*SHEETS])

    command = [
        SOFFICE,
        "--headless",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--convert-to",
        "pdf",
    ]
    command += ["--outdir", str(tmp_path), str(tmp_path / "a.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    told = subprocess.run(
        [PDFTOTEXT, "-layout", str(tmp_path / "a.pdf"), "-"], check=True, capture_output=True
    )
    pages = "".join(told.stdout.decode().split(" ")).split("\f")[:-1]

    for sheet in SHEETS.values():
        assert [page for page in pages if f"2025年{sheet.title}" in page], sheet.name
    assert all(f"第{number}页，共{len(pages)}页" in page for number, page in enumerate(pages, 1))
    # Headings stand on every page, and the end of the longest text on one.
    assert all("序号" in page or "指标" in page for page in pages)
    assert [page for page in pages if "末" in page]
