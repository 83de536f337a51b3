"""Files that are refused: of another kind, broken, or made to harm; each with the key of its refusal."""

import struct
import zlib
from functools import partial

from tests.files import LINKS, MAIN, PACKAGE, TYPES, book, cell, packed, parts, row, shared, sheet, words

GOOD = book(sheet(row(1, words("A1", "目标任务"), words("B1", "责任单位")), row(2, words("A2", "绿道"))))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ONE = sheet(row(1, cell("A1", 1)))


def ole(*names):
    return OLE + b"".join(name.encode("utf-16-le").ljust(64, b"\0") for name in names)


def with_part(name, content, **more):
    return packed(parts(ONE, **more) | {name: content})


def with_sheet(text):
    return book(text)


def with_dtd(declared, part="xl/worksheets/sheet1.xml", encoding="utf-8", said="UTF-8"):
    text = f'<?xml version="1.0" encoding="{said}"?><!DOCTYPE x [{declared}]>{ONE}'
    return with_part(part, text.encode(encoding))


def without(name):
    return packed({key: part for key, part in parts(ONE).items() if key != name})


def overwritten(name):
    """The packed data of a part is lost."""
    start = GOOD.index(name) + len(name)
    return GOOD[:start] + b"\xff" * 40 + GOOD[start + 40 :]


def flipped():
    """One bit of the packed sheet is wrong."""
    data = bytearray(packed(parts(ONE), method=0))
    data[data.index(b"<sheetData>") + 3] ^= 1
    return bytes(data)


def locked():
    """As zip tools encrypt: each entry is marked."""
    data = bytearray(GOOD)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        while place >= 0:
            data[place + offset] |= 1
            place = data.find(mark, place + 4)
    return bytes(data)


def bomb(size=100 * 1024 * 1024):
    """A sheet that unpacks to `size` bytes of blanks."""
    return lying(size, size)


def lying(size, claimed):
    """A packed sheet of `size` bytes that claims to be of `claimed`, packed in blocks to be made fast."""
    head = sheet().encode().split(b"<sheetData>")[0] + b"<sheetData>"
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed_part = [press.compress(head)]
    block = b" " * (1024 * 1024)
    check, left = zlib.crc32(head), size
    while left > 0:
        packed_part.append(press.compress(block))
        check, left = zlib.crc32(block, check), left - len(block)
    packed_part.append(press.flush())
    part, name = b"".join(packed_part), b"xl/worksheets/sheet1.xml"
    fields = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, check, len(part), claimed, len(name), 0)
    named = {key: each for key, each in parts(ONE).items() if key != name.decode()}
    data = packed(named)
    entries, end = data.index(b"PK\x01\x02"), data.rindex(b"PK\x05\x06")
    local = b"PK\x03\x04" + fields + name + part
    central = (
        b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHII", 0, 0, 0, 0, entries) + name
    )
    directory = data[entries:end] + central
    total = len(named) + 1
    ending = struct.pack("<HHHHIIH", 0, 0, total, total, len(directory), entries + len(local), 0)
    return data[:entries] + local + directory + b"PK\x05\x06" + ending


def many_rows(count, filled=True):
    held = "<v>1</v>" if filled else ""
    return book(sheet(*(f'<row r="{n}"><c r="A{n}" s="0">{held}</c></row>' for n in range(1, count + 1))))


def many_cells():
    line = "".join("<c><v>1</v></c>" for _ in range(250))
    return book(sheet(*(f"<row>{line}</row>" for _ in range(801))))


def many_parts():
    return packed(parts(ONE) | {f"xl/media/{n}.png": b"" for n in range(2_100)})


def linked(target, mode="", kind="worksheet"):
    told = (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="s1" Type="{LINKS}/{kind}" '
        f'Target="{target}"{mode}/></Relationships>'
    )
    return with_part("xl/_rels/workbook.xml.rels", told)


XML_2003 = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'
)
CSV = "序号,目标任务,责任单位\n1,绿道,农办\n"

# name: (what makes the bytes, the key of the refusal)
FILES = {
    "nothing": (bytes, "file_is_empty"),
    "xls": (partial(ole, "Root Entry", "Workbook"), "file_is_old"),
    "xls of Excel 5": (partial(ole, "Root Entry", "Book"), "file_is_old"),
    "et": (partial(ole, "Root Entry", "ETExtData", "Workbook"), "file_is_old"),
    "encrypted": (partial(ole, "Root Entry", "EncryptionInfo", "EncryptedPackage"), "file_is_encrypted"),
    "doc": (partial(ole, "Root Entry", "WordDocument"), "file_is_word"),
    "msg": (partial(ole, "Root Entry", "__properties_version1.0"), "file_is_other"),
    "csv": (CSV.encode, "file_is_text"),
    "csv of Excel": (partial(CSV.encode, "gbk"), "file_is_text"),
    "csv with a mark": (partial(CSV.encode, "utf-8-sig"), "file_is_text"),
    "txt of Excel": (partial(CSV.replace(",", "\t").encode, "utf-16"), "file_is_text"),
    "web page": (lambda: b"<html><body><table><tr><td>1</td></tr></table></body></html>", "file_is_html"),
    "table of a web page": (lambda: b"\xef\xbb\xbf\r\n<TABLE><TR><TD>1</TD></TR></TABLE>", "file_is_html"),
    "web page with a type": (lambda: b"<!DOCTYPE html><p>1", "file_is_html"),
    "XML of 2003": (XML_2003.encode, "file_is_xml"),
    "svg": (lambda: b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "file_is_xml"),
    "docx": (lambda: packed({"[Content_Types].xml": TYPES, "word/document.xml": "<w/>"}), "file_is_word"),
    "pptx": (lambda: packed({"[Content_Types].xml": TYPES, "ppt/presentation.xml": "<p/>"}), "file_is_other"),
    "ods": (
        lambda: packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<o/>"}),
        "file_is_ods",
    ),
    "xlsb": (lambda: with_part("xl/workbook.bin", b"\x83\x01"), "file_is_xlsb"),
    "zip of workbooks": (lambda: packed({"台账.xlsx": GOOD}), "file_is_archive"),
    "empty zip": (lambda: packed({}), "file_is_damaged"),
    "rar": (lambda: b"Rar!\x1a\x07\x01\x00" + b"\0" * 99, "file_is_archive"),
    "7z": (lambda: b"7z\xbc\xaf\x27\x1c" + b"\0" * 99, "file_is_archive"),
    "gz": (lambda: b"\x1f\x8b\x08" + b"\0" * 99, "file_is_archive"),
    "lock": (lambda: b"\x06zhangs" + b" " * 48 + b"\x06\0z\0h\0a\0".ljust(110, b"\0"), "file_is_lock"),
    "png": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 99, "file_is_other"),
    "pdf": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00\x01", "file_is_other"),
    "ofd": (lambda: packed({"OFD.xml": "<ofd/>"}), "file_is_archive"),
    "program": (lambda: b"MZ\x90\x00\x03" + b"\0" * 99, "file_is_other"),
    "program before a workbook": (lambda: b"MZ\x90\x00" + b"\0" * 99 + GOOD, "file_is_other"),
    "pdf before a workbook": (lambda: b"%PDF-1.7\n\x00" + GOOD, "file_is_other"),
    "noise": (lambda: bytes(n * 37 % 256 for n in range(4096)), "file_is_other"),
    "xlsm": (lambda: with_part("xl/vbaProject.bin", b"\xcc\x61"), "file_has_macros"),
    "four bytes": (lambda: b"PK\x03\x04", "file_is_damaged"),
    "two bytes": (lambda: b"PK", "file_is_damaged"),
    "half": (lambda: GOOD[: len(GOOD) // 2], "file_is_damaged"),
    "without its end": (lambda: GOOD[:-30], "file_is_damaged"),
    "zip cut into parts": (lambda: b"PK\x07\x08" + GOOD[4:], "file_is_damaged"),
    "end of a zip alone": (lambda: GOOD[-22:], "file_is_damaged"),
    "one bit wrong": (flipped, "file_is_damaged"),
    "packed data overwritten": (partial(overwritten, b"xl/worksheets/sheet1.xml"), "file_is_damaged"),
    "zip password": (locked, "file_is_encrypted"),
    "no workbook in it": (lambda: without("xl/workbook.xml"), "file_is_damaged"),
    "no sheet in it": (lambda: without("xl/worksheets/sheet1.xml"), "file_is_damaged"),
    "no links in it": (lambda: without("xl/_rels/workbook.xml.rels"), "file_has_no_sheet"),
    "no sheet listed": (partial(book), "file_has_no_sheet"),
    "charts alone": (partial(linked, "chartsheets/sheet1.xml", kind="chartsheet"), "file_has_no_sheet"),
    "sheet of another machine": (
        partial(linked, "http://127.0.0.1:9/x.xml", ' TargetMode="External"'), "file_has_no_sheet"),
    "sheet outside the file": (partial(linked, "../../../../etc/passwd"), "file_is_damaged"),
    "sheet cut off": (lambda: with_sheet(sheet(row(1, cell("A1", 1)))[:-30]), "file_is_damaged"),
    "sheet that is no XML": (lambda: with_sheet("序号,任务"), "file_is_damaged"),
    "empty sheet part": (lambda: with_sheet(""), "file_is_damaged"),
    "text of no number": (
        lambda: book(sheet(row(1, cell("A1", 7, "s"))), texts=shared("一")), "file_is_damaged"),
    "text of a negative number": (
        lambda: book(sheet(row(1, cell("A1", -1, "s"))), texts=shared("一")), "file_is_damaged"),
    "texts cut off": (lambda: book(ONE, texts=shared("一")[:-9]), "file_is_damaged"),
    "styles cut off": (lambda: book(ONE, style="<styleSheet><cellXfs>"), "file_is_damaged"),
    "control character": (lambda: with_sheet(sheet(row(1, words("A1", "控\x01制")))), "file_is_damaged"),
    "unknown encoding": (
        lambda: with_sheet('<?xml version="1.0" encoding="x-none"?>' + ONE), "file_is_damaged"),
    "entity never declared": (lambda: with_sheet(sheet(row(1, words("A1", "&what;")))), "file_is_damaged"),
    "document type": (partial(with_dtd, ""), "file_has_dtd"),
    "document type of the workbook": (partial(with_dtd, "", "xl/workbook.xml"), "file_has_dtd"),
    "document type of the links": (partial(with_dtd, "", "_rels/.rels"), "file_has_dtd"),
    "billion laughs": (partial(with_dtd, '<!ENTITY l0 "ha">' + LAUGHS), "file_has_dtd"),
    "billion laughs in UTF-16": (
        partial(with_dtd, '<!ENTITY l0 "ha">' + LAUGHS, encoding="utf-16", said="UTF-16"), "file_has_dtd"),
    "one long entity": (partial(with_dtd, f'<!ENTITY a "{"哈" * 100_000}">'), "file_has_dtd"),
    "entity of a file": (partial(with_dtd, '<!ENTITY a SYSTEM "file:///etc/passwd">'), "file_has_dtd"),
    "entity of another machine": (
        partial(with_dtd, '<!ENTITY % a SYSTEM "http://127.0.0.1:9/a.dtd"> %a;'), "file_has_dtd"),
    "document type elsewhere": (
        lambda: with_sheet(f'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/a.dtd">{ONE}'), "file_has_dtd"),
    "deep nesting": (lambda: with_sheet("<a>" * 500_000 + "</a>" * 500_000), "file_is_damaged"),
    "long comment": (lambda: with_sheet(f"<!--{'-x' * 8_000_000}-->{ONE}"), "file_is_damaged"),
    "long attribute": (lambda: with_sheet(f'<worksheet a="{"x" * 16_000_000}"/>'), "file_is_damaged"),
    "bomb": (bomb, "file_unpacks_large"),
    "bomb that claims little": (partial(lying, 100 * 1024 * 1024, 1000), "file_is_damaged"),
    "large claim": (partial(lying, 1024, 4_000_000_000), "file_unpacks_large"),
    "many parts": (many_parts, "file_has_many_parts"),
    "large file": (lambda: GOOD + b"\0" * 10 * 1024 * 1024, "file_is_large"),
    "far cell": (
        lambda: with_sheet(sheet(row(1_048_576, cell("XFD1048576", 1)))), "sheet_has_many_rows"),
    "far column": (lambda: with_sheet(sheet(row(1, cell("XFD1", 1)))), "sheet_has_many_columns"),
    "row that no sheet has": (
        lambda: with_sheet(sheet(row(99_999_999, cell("A99999999", 1)))), "sheet_has_many_rows"),
    "rows without end": (partial(many_rows, 21_000), "sheet_has_many_rows"),
    "cells without end": (many_cells, "sheet_has_many_cells"),
    "texts without end": (
        lambda: book(ONE, texts=shared(*["长" * 30_000] * 140)), "file_has_much_text"),
    "many empty texts": (
        lambda: book(ONE, texts=f'<sst xmlns="{MAIN}">{"<si/>" * 200_001}</sst>'), "file_has_much_text"),
    "one text without end": (
        lambda: with_sheet(sheet(row(1, words("A1", "长" * 4_000_001)))), "file_has_much_text"),
}  # fmt: skip
