"""The circular as a .docx: page, grid, fonts and page numbers of GB/T 9704-2012."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from targets.models.base import UNPRINTABLE
from targets.register.bulletin import Bulletin, Kind

# Sizes are in half points, lengths in twentieths of a point: 56.7 to the millimetre.
_TWO, _THREE, _FOUR = 44, 32, 28  # 2号, 3号, 4号
_LINE = 579  # 22 lines in 225 mm
_TIGHT = -5  # 28 characters of 3号 in 156 mm, each a quarter of a point closer
_MM = 56.7
_TOP, _LEFT, _BOTTOM, _RIGHT = (round(_MM * mm) for mm in (37, 28, 35, 26))
_WIDE, _HIGH = 11906, 16838  # A4
_TEXT_WIDTH = _WIDE - _LEFT - _RIGHT
_TITLE, _BODY, _BLACK, _KAI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"
# What a machine without the fonts of the standard takes; none is embedded.
_FALLBACK = {_TITLE: "宋体", _BODY: "仿宋", _BLACK: "SimHei", _KAI: "楷体"}
_RED = "FF0000"
_SPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PARTS = {"document": "document.main", "styles": "styles", "settings": "settings", "fontTable": "fontTable",
          "footer1": "footer", "footer2": "footer"}  # fmt: skip


def write(file: IO[bytes], bulletin: Bulletin) -> None:
    """Write the document; its text is the bulletin's, word for word."""
    parts = {
        "document": _document(bulletin),
        "styles": _styles(),
        "settings": f"<w:settings {_SPACES}><w:evenAndOddHeaders/></w:settings>",
        "fontTable": _fonts(),
        "footer1": _footer("right"),  # outside: of odd pages the right
        "footer2": _footer("left"),
    }
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _content_types())
        archive.writestr("_rels/.rels", _relations({"rId1": ("officeDocument", "word/document.xml")}))
        names = {f"rId{n}": (name.rstrip("12"), f"{name}.xml") for n, name in enumerate(_PARTS, 1)}
        names.pop("rId1")
        archive.writestr("word/_rels/document.xml.rels", _relations(names))
        for name, part in parts.items():
            archive.writestr(f"word/{name}.xml", _HEAD + part)


# --- the text -------------------------------------------------------------------------------------


def _document(it: Bulletin) -> str:
    body = "".join(_paragraphs(it))
    return f"<w:document {_SPACES}><w:body>{body}{_section()}</w:body></w:document>"


def _paragraphs(it: Bulletin) -> Iterator[str]:
    if it.notice:
        yield _p(_run(it.notice, _KAI, _FOUR), "center")
    yield _p(_run(it.masthead, _TITLE, 72, colour=_RED), "center", after=200, line=0)
    if it.issue:
        yield _p(_run(it.issue, _BODY, _THREE), "center")
    yield _p(
        f"{_run(it.issuer, _BODY, _THREE)}<w:r><w:tab/></w:r>{_run(it.day, _BODY, _THREE)}",
        after=300, tab=_TEXT_WIDTH, border=_RED,
    )  # fmt: skip
    yield _p(_run(it.title, _TITLE, _TWO), "center", before=300, after=300, line=700)
    yield _p(_run(it.addressed, _BODY, _THREE))
    for paragraph in it.paragraphs:
        if paragraph.kind == Kind.HEADING:
            yield _p(_run(paragraph.text, _BLACK, _THREE), indented=True, keeps=True)
        else:
            stressed = _run(paragraph.stressed, _KAI, _THREE) if paragraph.stressed else ""
            yield _p(stressed + _run(paragraph.text, _BODY, _THREE), indented=True)
    yield _p(_run("附件：目标任务完成情况表", _BODY, _THREE), indented=True, before=_LINE)
    yield _p(_run(it.issuer, _BODY, _THREE), "right", before=2 * _LINE, right=4 * 320)
    yield _p(_run(it.day, _BODY, _THREE), "right", right=4 * 320)
    yield from _imprint(it)
    yield _p('<w:r><w:br w:type="page"/></w:r>' + _run("附件", _BLACK, _THREE))
    yield _p(_run("目标任务完成情况表", _TITLE, _TWO), "center", after=200, line=700)
    yield _table(it)


def _imprint(it: Bulletin) -> Iterator[str]:
    """版记."""
    if it.copied_to:
        yield _p(_run(f"抄送：{it.copied_to}", _BODY, _FOUR), before=_LINE, border="000000", above=True)
    yield _p(
        f"{_run(it.issuer, _BODY, _FOUR)}<w:r><w:tab/></w:r>{_run(f'{it.day}印发', _BODY, _FOUR)}",
        tab=_TEXT_WIDTH, border="000000", above=not it.copied_to, before=0 if it.copied_to else _LINE,
    )  # fmt: skip


def _table(it: Bulletin) -> str:
    widths = [700, 4600, _TEXT_WIDTH - 5300]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = [_row(["序号", "目标（原文表述）", "完成情况"], widths, is_heading=True)]
    rows += [_row([str(number or ""), said, result], widths) for number, said, result in it.results]
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:color="000000"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{_TEXT_WIDTH}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
        # a table may not be the last thing of a document
        '<w:p><w:pPr><w:spacing w:line="20" w:lineRule="exact"/></w:pPr></w:p>'
    )


def _row(texts: list[str], widths: list[int], *, is_heading: bool = False) -> str:
    font = _BLACK if is_heading else _BODY
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f"{_p(_run(text, font, 24), 'center' if is_heading or not n else 'left', line=400)}</w:tc>"
        for n, (text, width) in enumerate(zip(texts, widths, strict=True))
    )
    repeated = "<w:tblHeader/>" if is_heading else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>"


def _p(
    runs: str, align: str = "", *, before: int = 0, after: int = 0, line: int = _LINE, indented: bool = False,
    right: int = 0, tab: int = 0, border: str = "", above: bool = False, keeps: bool = False,
) -> str:  # fmt: skip
    """A paragraph; `line` is exact, 0 as high as its text. `indented`: by two characters."""
    edges = [edge for edge in ("top", "bottom") if border and (edge == "bottom" or above)]
    size = 18 if border == _RED else 8
    inside = [
        "<w:keepNext/>" if keeps else "",
        "<w:pBdr>" + "".join(
            f'<w:{edge} w:val="single" w:sz="{size}" w:space="1" w:color="{border}"/>' for edge in edges
        ) + "</w:pBdr>" if edges else "",
        f'<w:tabs><w:tab w:val="right" w:pos="{tab}"/></w:tabs>' if tab else "",
        f'<w:spacing w:before="{before}" w:after="{after}"'
        + (f' w:line="{line}" w:lineRule="exact"' if line else "") + "/>",
        '<w:ind w:firstLineChars="200" w:firstLine="640"/>' if indented else "",
        f'<w:ind w:right="{right}"/>' if right else "",
        f'<w:jc w:val="{align}"/>' if align else "",
    ]  # fmt: skip
    return f"<w:p><w:pPr>{''.join(inside)}</w:pPr>{runs}</w:p>"


def _run(text: str, font: str, size: int, *, colour: str = "") -> str:
    # A grid of characters would say the same, and LibreOffice gives each of them two of its cells.
    tight = f'<w:spacing w:val="{_TIGHT}"/>' if size == _THREE else ""
    tint = f'<w:color w:val="{colour}"/>' if colour else ""
    text = escape(UNPRINTABLE.sub("", text)).replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    return (
        f'<w:r><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{font}"/>'
        f'{tint}{tight}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
        f'<w:t xml:space="preserve">{text}</w:t></w:r>'
    )


# --- the page -------------------------------------------------------------------------------------


def _section() -> str:
    sides = (("default", 5), ("even", 6))
    footers = "".join(f'<w:footerReference w:type="{of}" r:id="rId{n}"/>' for of, n in sides)
    return (
        f'<w:sectPr>{footers}<w:pgSz w:w="{_WIDE}" w:h="{_HIGH}"/>'
        f'<w:pgMar w:top="{_TOP}" w:right="{_RIGHT}" w:bottom="{_BOTTOM}" w:left="{_LEFT}" '
        f'w:header="851" w:footer="{round(_MM * 28)}" w:gutter="0"/>'
        f'<w:docGrid w:type="lines" w:linePitch="{_LINE}"/></w:sectPr>'
    )


def _footer(side: str) -> str:
    """— 1 — in 4号 宋体, one character from the edge."""
    field = "".join(
        _in_song(inside)
        for inside in (
            '<w:t xml:space="preserve">— </w:t>',
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="end"/>',
            '<w:t xml:space="preserve"> —</w:t>',
        )
    )
    place = f'<w:ind w:{side}="280"/><w:jc w:val="{side}"/>'
    return f"<w:ftr {_SPACES}><w:p><w:pPr>{place}</w:pPr>{field}</w:p></w:ftr>"


def _in_song(inside: str) -> str:
    fonts = '<w:rFonts w:ascii="宋体" w:hAnsi="宋体" w:eastAsia="宋体"/>'
    return f'<w:r><w:rPr>{fonts}<w:sz w:val="{_FOUR}"/></w:rPr>{inside}</w:r>'


def _styles() -> str:
    return (
        f"<w:styles {_SPACES}><w:docDefaults><w:rPrDefault><w:rPr>"
        f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{_BODY}"/>'
        f'<w:sz w:val="{_THREE}"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault>'
        '</w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/>'
        f'<w:pPr><w:jc w:val="both"/></w:pPr><w:rPr><w:sz w:val="{_THREE}"/></w:rPr></w:style></w:styles>'
    )


def _fonts() -> str:
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/></w:font>'
        for name, other in _FALLBACK.items()
    )
    return f"<w:fonts {_SPACES}>{fonts}</w:fonts>"


def _content_types() -> str:
    parts = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPES}.{kind}+xml"/>'
        for name, kind in _PARTS.items()
    )
    return (
        f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{parts}</Types>'
    )


def _relations(named: dict[str, tuple[str, str]]) -> str:
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    found = "".join(
        f'<Relationship Id="{key}" Type="{kinds}/{kind}" Target="{target}"/>'
        for key, (kind, target) in named.items()
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{_HEAD}<Relationships xmlns="{space}">{found}</Relationships>'
