"""Why a file was not read, each in one sentence that says what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from targets.reading.sheet import FileRefusal

FILE_REFUSALS: dict[str, Promise] = {
    "file_is_empty": _("The file is empty; please choose the workbook again."),
    "file_is_large": _("Files of at most %(most)s MB are read; please remove pictures and other sheets."),
    "file_is_encrypted": _("The file has a password; please remove it and save the file as .xlsx."),
    "file_is_old": _("This is an old format (.xls or .et); please save it as .xlsx in Excel or WPS."),
    "file_is_text": _(
        "This is a text file (such as .csv); please open it in Excel or WPS, save it as .xlsx, or paste it."
    ),
    "file_is_html": _(
        "This is a web page, not a workbook; please open it in Excel or WPS and save it as .xlsx."
    ),
    "file_is_xml": _("This is an XML table, not a workbook; please save it as .xlsx in Excel or WPS."),
    "file_is_word": _("This is a Word document; please copy its table and paste it here."),
    "file_is_ods": _("This is an .ods table; please save it as .xlsx."),
    "file_is_xlsb": _("This is a binary workbook (.xlsb); please save it as .xlsx."),
    "file_is_archive": _("This is an archive; please unpack it and choose the .xlsx file in it."),
    "file_is_lock": _(
        "This is the mark of a file open elsewhere (~$…); please choose the workbook of that name itself."
    ),
    "file_is_other": _("This is no workbook; please choose an .xlsx file."),
    "file_has_macros": _(
        "The file holds macros, which are not accepted; please save it as .xlsx without them."
    ),
    "file_is_damaged": _(
        "The file is damaged or incomplete; please open it in Excel or WPS and save it as .xlsx again."
    ),
    "file_has_dtd": _(
        "The file holds declarations that no workbook needs; please copy the table into a new workbook."
    ),
    "file_unpacks_large": _(
        "Unpacked the file is larger than %(most)s MB; please copy the table into a new workbook."
    ),
    "file_has_many_parts": _(
        "The file has more than %(most)s parts; please copy the table into a new workbook."
    ),
    "file_takes_long": _("The file takes too long to read; please copy the table into a new workbook."),
    "file_has_no_sheet": _("The file has no sheet with cells; please save it as .xlsx again."),
    "file_has_much_text": _(
        "The file holds more than %(most)s characters; please copy the table into a new workbook."
    ),
    "sheet_has_many_rows": _(
        "Sheet “%(sheet)s” reaches beyond row %(most)s; please copy the table into a new workbook."
    ),
    "sheet_has_many_columns": _(
        "Sheet “%(sheet)s” reaches beyond column %(most)s; please copy the table into a new workbook."
    ),
    "sheet_has_many_cells": _(
        "With sheet “%(sheet)s” the file has more than %(most)s filled cells; please remove other sheets."
    ),
    "evidence_is_other": _("PDF, OFD, JPG, PNG, DOCX, XLSX, WPS and ET files are taken; please convert it."),
    "evidence_is_empty": _("The file is empty; please choose another."),
    "evidence_is_large": _("The file is larger than %(most)s MB; please make it smaller or divide it."),
    "evidence_is_not_what_it_says": _(
        "The file is damaged, or its content is not what the end of its name says; please save it anew."
    ),
    "evidence_is_encrypted": _("The file has a password; please take it away and save the file anew."),
    "evidence_has_macros": _("The file holds macros; please save it without them, or as PDF."),
}


def file_refusal(refused: FileRefusal) -> str:
    return str(FILE_REFUSALS[refused.key]) % refused.params


def not_read_in(sheet: str, place: str, words: str) -> str:
    """Of a cell in which nothing is filled in."""
    told = gettext("%(sheet)s %(place)s, not read in, nothing is filled in there: %(words)s")
    return told % {"sheet": sheet, "place": place, "words": words}
