"""Files that are read, however they were written; each with the texts that its cells must give."""

import zipfile
from functools import partial

from tests.files import (
    LINKS,
    MAIN,
    PACKAGE,
    book,
    cell,
    packed,
    parts,
    row,
    shared,
    sheet,
    styles,
    words,
)

ONE = sheet(row(1, words("A1", "目标")))
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
DAY = 46203  # 30 June 2026


def one(*cells, **how):
    return book(sheet(row(1, *cells)), **how)


def of_format(code, number=DAY):
    return one(cell("A1", number, style=0), style=styles(code))


def strict():
    named = parts(sheet(row(1, words("A1", "严格"), '<c r="B1" t="d"><v>2026-06-30</v></c>')))
    old, new = LINKS, "http://purl.oclc.org/ooxml/officeDocument/relationships"
    return packed({name: part.replace(MAIN, STRICT).replace(old, new) for name, part in named.items()})


def prefixed():
    """Every element of the sheet has a prefix, as some programs write them."""
    text = (
        sheet(row(1, words("A1", "前缀"))).replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")
    )
    return book(text.replace("xmlns=", "xmlns:x="))


def renamed(change):
    return packed({change(name): part for name, part in parts(ONE).items()})


def linked(target):
    told = (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="s1" Type="{LINKS}/worksheet" '
        f'Target="{target}"/></Relationships>'
    )
    return packed(parts(ONE) | {"xl/_rels/workbook.xml.rels": told})


def in_utf_16():
    named = parts(ONE)
    text = '<?xml version="1.0" encoding="UTF-16"?>' + ONE
    return packed(named | {"xl/worksheets/sheet1.xml": text.encode("utf-16")})


RICH = (
    f'<sst xmlns="{MAIN}"><si><r><rPr><b/></rPr><t>新增</t></r><r><t xml:space="preserve"> 30家</t></r>'
    f"<rPh sb='0' eb='1'><t>xinzeng</t></rPh></si></sst>"
)
FAR = "".join(f'<c r="{column}{n}" s="0"/>' for n in (1, 1_048_576) for column in ("A", "XFD"))

# name: (what makes the bytes, the texts of the first sheet's cells by address)
FILES = {
    "plain": (partial(book, ONE), {"A1": "目标"}),
    "shared texts": (
        lambda: one(cell("A1", 1, "s"), texts=shared("一", "二")), {"A1": "二"}),
    "wrong dimension": (
        lambda: book(sheet(row(1, words("A1", "甲")), row(2, words("C2", "乙")),
                           before='<dimension ref="A1"/>')),
        {"A1": "甲", "C2": "乙"},
    ),
    "places not written": (
        lambda: book(sheet("<row><c><v>1</v></c><c><v>2</v></c></row><row><c/><c><v>3</v></c></row>")),
        {"A1": "1", "B1": "2", "B2": "3"},
    ),
    "rows out of order": (
        lambda: book(sheet(row(3, cell("A3", 3)), row(1, cell("A1", 1)))), {"A1": "1", "A3": "3"}),
    "the same cell twice": (lambda: one(cell("A1", 1), cell("A1", 2)), {"A1": "2"}),
    "strict": (strict, {"A1": "严格", "B1": "2026年6月30日"}),
    "prefixes": (prefixed, {"A1": "前缀"}),
    "UTF-16": (in_utf_16, {"A1": "目标"}),
    "backslashes": (partial(renamed, lambda name: name.replace("/", "\\")), {"A1": "目标"}),
    "capitals": (partial(renamed, str.upper), {"A1": "目标"}),
    "links from the top": (partial(linked, "/xl/worksheets/sheet1.xml"), {"A1": "目标"}),
    "links by a way round": (partial(linked, "./../xl/worksheets/sheet1.xml"), {"A1": "目标"}),
    "not packed": (lambda: packed(parts(ONE), zipfile.ZIP_STORED), {"A1": "目标"}),
    "comment at its end": (lambda: book(ONE)[:-2] + b"\x03\x00abc", {"A1": "目标"}),
    "days from 1904": (
        lambda: one(cell("A1", DAY - 1462, style=0), style=styles(31), workbook='<workbookPr date1904="1"/>'),
        {"A1": "2026年6月30日"},
    ),
    **{f"Chinese format {number}": (partial(of_format, number), {"A1": "2026年6月30日"})
       for number in (14, 30, 31)},
    **{f"Chinese format {number}": (partial(of_format, number), {"A1": "2026年6月"})
       for number in (27, 36, 50, 52, 57)},
    **{f"Chinese format {number}": (partial(of_format, number), {"A1": "6月30日"})
       for number in (28, 29, 51, 53, 54, 58)},
    **{f"Chinese format {number}": (partial(of_format, number, 0.6041667), {"A1": "14:30"})
       for number in (32, 33, 34, 35, 55, 56)},
    "day of WPS": (partial(of_format, 'yyyy"年"m"月"d"日";@'), {"A1": "2026年6月30日"}),
    "month of WPS": (partial(of_format, '[$-804]yyyy"年"m"月"'), {"A1": "2026年6月"}),
    "day in Chinese digits": (partial(of_format, '[DBNum1][$-804]m"月"d"日"'), {"A1": "6月30日"}),
    "day with a time": (partial(of_format, "yyyy/m/d h:mm", DAY + 0.5), {"A1": "2026年6月30日 12:00"}),
    "day at midnight": (partial(of_format, "yyyy/m/d h:mm"), {"A1": "2026年6月30日"}),
    "hours added up": (partial(of_format, "[h]:mm", 0.25), {"A1": "06:00"}),
    "day before all days": (partial(of_format, 14, -5), {"A1": "-5"}),
    "day after all days": (partial(of_format, 14, 99_999_999), {"A1": "99999999"}),
    "percent": (partial(of_format, "0%", "0.5"), {"A1": "50%"}),
    "percent that rounds": (partial(of_format, 9, "0.455"), {"A1": "45.5%"}),
    "percent with noise": (partial(of_format, 10, "0.28999999999999998"), {"A1": "29%"}),
    "unit in the format": (partial(of_format, '0"家"', 151), {"A1": "151家"}),
    "unit beside the general format": (partial(of_format, 'G/通用格式"亿元"', 8.5), {"A1": "8.5亿元"}),
    "words before the number": (partial(of_format, '"不少于"0"家"', 151), {"A1": "不少于151家"}),
    "place": (partial(of_format, '"第"0"位"', 3), {"A1": "第3位"}),
    "currency": (partial(of_format, '"¥"#,##0.00;[Red]"¥"-#,##0.00', 470), {"A1": "¥470"}),
    "accounting": (partial(of_format, "_ * #,##0.00_ ;_ * -#,##0.00_ ", "1234.50"), {"A1": "1234.5"}),
    "not a day: red": (partial(of_format, "[Red]0.0", 12.5), {"A1": "12.5"}),
    "printed smaller": (partial(of_format, '0!.0,"万元"', 12345), {"A1": "12345"}),
    "no such style": (lambda: one(cell("A1", 5, style=99), style=styles(0)), {"A1": "5"}),
    "no styles": (lambda: one(cell("A1", DAY, style=1)), {"A1": str(DAY)}),
    "number as text": (lambda: one(words("A1", " 151 ")), {"A1": " 151 "}),
    "noise of a float": (lambda: one(cell("A1", "470.10000000000002")), {"A1": "470.1"}),
    "power of ten": (lambda: one(cell("A1", "1.5E3"), cell("B1", "2E-4")), {"A1": "1500", "B1": "0.0002"}),
    "number beyond floats": (lambda: one(cell("A1", "1e400")), {"A1": "1e400"}),
    "no number": (lambda: one(cell("A1", "NaN"), cell("B1", "INF")), {"A1": "NaN", "B1": "INF"}),
    "digits without end": (lambda: one(cell("A1", "9" * 5000)), {"A1": "9" * 5000}),
    "true and false": (lambda: one(cell("A1", 1, "b"), cell("B1", 0, "b")), {"A1": "TRUE", "B1": "FALSE"}),
    "errors": (
        lambda: one(cell("A1", "#REF!", "e"), cell("B1", "#N/A", "e", formula="VLOOKUP(1,2,3)")),
        {"A1": "#REF!", "B1": "#N/A"},
    ),
    "formula with its result": (
        lambda: one(cell("A1", 12.5, formula="B1+1"), cell("B1", "合计", "str", formula="C1")),
        {"A1": "12.5", "B1": "合计"},
    ),
    "formula without": (lambda: one(cell("A1", None, formula="B1+1")), {"A1": "=B1+1"}),
    "formula with an empty result": (
        lambda: one(cell("A1", "", "str", formula="B1"), words("B1", "x")), {"B1": "x"}),
    "formula shared": (
        lambda: one('<c r="A1"><f t="shared" si="0"/><v>7</v></c>'), {"A1": "7"}),
    "call of a program": (
        lambda: one(cell("A1", "ok", "str", formula="cmd|'/c calc'!A0")), {"A1": "ok"}),
    "rich text and its sound": (lambda: one(cell("A1", 0, "s"), texts=RICH), {"A1": "新增 30家"}),
    "text with a sound": (
        lambda: one('<c r="A1" t="inlineStr"><is><t>镇</t><rPh><t>zhen</t></rPh></is></c>'), {"A1": "镇"}),
    "line breaks": (
        lambda: one(words("A1", "甲_x000D_\n乙"), words("B1", "一&#13;&#10;二")),
        {"A1": "甲\n乙", "B1": "一\n二"},
    ),
    "an underscore of its own": (lambda: one(words("A1", "_x005F_x000D_")), {"A1": "_x000D_"}),
    "half a character": (lambda: one(words("A1", "_xD83D_")), {"A1": "\ufffd"}),
    "rare characters": (lambda: one(words("A1", "𠮷㐂🙂")), {"A1": "𠮷㐂🙂"}),
    "markup in a cell": (lambda: one(words("A1", "&lt;script&gt;")), {"A1": "<script>"}),
    "longest text": (lambda: one(words("A1", "长" * 32_767)), {"A1": "长" * 32_767}),
    "blank cells far away": (lambda: book(sheet(row(1, FAR, words("B1", "近")))), {"B1": "近"}),
    "blank rows": (lambda: book(sheet(*(f'<row r="{n}" s="1"/>' for n in range(1, 90_000)))), {}),
    "cells of blanks": (lambda: one(words("A1", " 　"), words("B1", "有")), {"B1": "有"}),
    "merged without end": (
        lambda: book(sheet(row(1, words("A1", "x")),
                           after="<mergeCells>" + '<mergeCell ref="A1:B2"/>' * 100_000 + "</mergeCells>")),
        {"A1": "x"},
    ),
    "merged nowhere": (
        lambda: book(sheet(row(1, words("A1", "x")), after='<mergeCell ref="?:?"/>')),
        {"A1": "x"},
    ),
    "charts beside": (
        lambda: packed(parts(ONE) | {"xl/charts/chart1.xml": "<!DOCTYPE x>never read"}), {"A1": "目标"}),
    "extensions": (
        lambda: book(sheet(row(1, words("A1", "x")),
                           after='<extLst><ext><x14:c xmlns:x14="u"/></ext></extLst>')),
        {"A1": "x"},
    ),
}  # fmt: skip
