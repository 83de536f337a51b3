"""Workbooks made for the tests, part by part: as Excel, WPS and others write them, and as nobody should.

`hostile.FILES` are refused, `odd.FILES` are read; each is a function that makes the bytes.
"""

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = (
    f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'
)
TOP = (
    f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
    f'Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)


def cell(place, value, kind="n", style=None, formula=None):
    told = f' s="{style}"' if style is not None else ""
    worked = f"<f>{formula}</f>" if formula is not None else ""
    held = f"<v>{value}</v>" if value is not None else ""
    return f'<c r="{place}" t="{kind}"{told}>{worked}{held}</c>'


def words(place, text):
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def row(number, *cells, more=""):
    return f'<row r="{number}"{more}>{"".join(cells)}</row>'


def sheet(*rows, before="", after=""):
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{"".join(rows)}</sheetData>{after}</worksheet>'


def styles(*formats):
    """Number formats as cells name them by s: a built-in number, or the code of a custom one."""
    codes = [(165 + place, code) for place, code in enumerate(formats) if isinstance(code, str)]
    numbers = [165 + place if isinstance(code, str) else code for place, code in enumerate(formats)]
    told = "".join(f'<numFmt numFmtId="{number}" formatCode="{escaped(code)}"/>' for number, code in codes)
    used = "".join(f'<xf numFmtId="{number}"/>' for number in numbers)
    return (
        f'<styleSheet xmlns="{MAIN}"><numFmts>{told}</numFmts><cellStyleXfs><xf numFmtId="14"/>'
        f"</cellStyleXfs><cellXfs>{used}</cellXfs></styleSheet>"
    )


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def shared(*texts):
    return f'<sst xmlns="{MAIN}">{"".join(f"<si><t>{text}</t></si>" for text in texts)}</sst>'


def parts(*sheets, style="", texts="", workbook="", names=(), states=()):
    """The parts of a workbook by name; `workbook` stands before its list of sheets."""
    names = [*names, *(f"表{number}" for number in range(len(names) + 1, len(sheets) + 1))]
    states = [*states, *["visible"] * (len(sheets) - len(states))]
    listed = "".join(
        f'<sheet name="{escaped(name)}" sheetId="{number}" state="{state}" r:id="s{number}"/>'
        for number, (name, state) in enumerate(zip(names, states, strict=True), start=1)
    )
    numbers = range(1, len(sheets) + 1)
    linked = [(f"s{number}", "worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
    linked += [("st", "styles", "styles.xml")] if style else []
    linked += [("te", "sharedStrings", "sharedStrings.xml")] if texts else []
    links = "".join(
        f'<Relationship Id="{key}" Type="{LINKS}/{kind}" Target="{target}"/>' for key, kind, target in linked
    )
    listing = f"{workbook}<sheets>{listed}</sheets>"
    return {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": TOP,
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{listing}</workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{links}</Relationships>',
        **{f"xl/worksheets/sheet{number}.xml": each for number, each in enumerate(sheets, start=1)},
        **({"xl/styles.xml": style} if style else {}),
        **({"xl/sharedStrings.xml": texts} if texts else {}),
    }


def packed(named, method=zipfile.ZIP_DEFLATED):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as file:
        for name, part in named.items():
            file.writestr(name, part)
    return data.getvalue()


def book(*sheets, **how):
    return packed(parts(*sheets, **how))


def table(rows):
    """A workbook of one sheet with these rows of text."""
    lines = [
        row(
            number,
            *(words(f"{chr(65 + place)}{number}", escaped(text)) for place, text in enumerate(line) if text),
        )
        for number, line in enumerate(rows, start=1)
    ]
    return book(sheet(*lines))
