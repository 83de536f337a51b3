"""Files of evidence as offices have them, and as nobody should send them."""

import struct

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.files import TYPES, book, packed, row, sheet, words

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def pdf(text="佐证"):
    return b"%PDF-1.4\n" + text.encode() + b"\n%%EOF\n"


def png(width=1, height=1):
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)


def office(*names):
    return packed({"[Content_Types].xml": TYPES, **dict.fromkeys(names, "<x/>")})


def compound(*streams):
    return OLE + bytes(504) + b"".join(name.encode("utf-16-le") + bytes(64) for name in streams)


XLSX = book(sheet(row(1, words("A1", "目标"))))
TAKEN = {
    "会议纪要.pdf": pdf(),
    "红头文件.OFD": packed({"OFD.xml": "<x/>", "Doc_0/Document.xml": "<x/>"}),
    "现场.png": png(),
    "巨图.png": png(30_000, 30_000),
    "现场.jpg": b"\xff\xd8\xff\xe0" + bytes(16),
    "现场.JPEG": b"\xff\xd8\xff\xe1" + bytes(16),
    "说明.docx": office("word/document.xml"),
    "台账.xlsx": XLSX,
    "说明.wps": compound("Root Entry", "WordDocument"),
    "新式.wps": office("word/document.xml"),
    "台账.et": compound("Root Entry", "Workbook", "ETExtData"),
    "新式.et": XLSX,
    "附件1.2版.pdf": pdf(),
}
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
REFUSED = {
    "evidence_is_other": {
        "页.html": HTML, "图.svg": b"<svg/>", "页.xhtml": HTML, "程序.exe": b"MZ", "脚本.js": b"1",
        "链.lnk": b"L", ".htaccess": b"x", "合同.pdf.exe": b"MZ", "没有后缀": pdf(), "pdf": pdf(),
        "旧.doc": compound("WordDocument"), "合同.pdf.": pdf(), "包.zip": packed({"甲": "乙"}),
    },
    "evidence_is_empty": {"空.pdf": b""},
    "evidence_is_not_what_it_says": {
        "网页.pdf": HTML, "两样.pdf": HTML + pdf(), "图.png": b"GIF89a", "照片.jpg": png(), "表.docx": XLSX,
        "说明.xlsx": office("word/document.xml"), "包.docx": packed({"甲": "乙"}), "断.xlsx": XLSX[:300],
        "文.ofd": office("word/document.xml"), "装.wps": compound("Root Entry", "Property"),
        "表.wps": compound("Workbook"),
    },
    "evidence_is_encrypted": {"密.docx": compound("EncryptedPackage"), "密.et": compound("EncryptedPackage")},
    "evidence_has_macros": {
        "宏.xlsx": office("xl/workbook.xml", "xl/vbaProject.bin"),
        "宏.wps": compound("WordDocument", "_VBA_PROJECT"),
    },
}  # fmt: skip


def upload(name="会议纪要.pdf", content=None):
    return SimpleUploadedFile(name, pdf() if content is None else content)


def names_beside(entry):
    return sorted(str(each) for each in entry.evidence.all())
