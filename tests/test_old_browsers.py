"""What Chromium 78 does not know, and what a strict policy of content refuses, stands in no file of ours."""

import gzip
import re

import pytest
from django.conf import settings

STATIC = settings.BASE / "targets/static/targets"
TEMPLATES = settings.BASE / "templates"

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
NEW_PROPERTIES = (
    "inset|aspect-ratio|accent-color|text-wrap|translate|rotate|scale|content-visibility|container(?:-[a-z]+)?"
    "|row-gap|column-gap|gap|overflow-clip-margin|(?:margin|padding|border|inset)-(?:inline|block)(?:-[a-z]+)?"
)
CSS = {
    "a property": rf"(?:^|[{{;])\s*(?:{NEW_PROPERTIES})\s*:",
    "a selector": r":(?:is|where|has|focus-visible)\b|::marker|:not\([^)]*,",
    "a function": r"\bclamp\(|\bcolor-mix\(|(?<![\w-])(?:min|max)\(",
    "a unit": r"\d[dsl]v[hw]\b",
    "a word": r":\s*revert\b|@(?:layer|container|supports|property)\b",
}
JAVASCRIPT = {
    "an operator": r"\?\.(?!\d)|\?\?|&&=|\|\|=",
    "a method": r"\.(?:at|replaceAll|replaceChildren|toSorted|findLast)\(",
    "a function": r"\bstructuredClone\(|\bObject\.hasOwn\(|\bPromise\.(?:any|allSettled)\(|\bnew WeakRef\(",
    "a class field": r"^\s+#\w+\s*[=;(]|^\s+static\s*\{",
    "a numeral": r"\b\d+_\d+\b",
}
HTML = {
    "a style": r"<style\b|\sstyle=",
    "a script": r"<script(?![^>]*\bsrc=)",
    "a handler": r"\son[a-z]+=[\"']|javascript:",
    "another host": r"(?:src|href|action)=[\"'](?:https?:)?//",
}


def found(text, forbidden):
    """Line number, what it is, and the line."""
    lines = text.splitlines()
    return [
        (text.count("\n", 0, match.end()) + 1, what, lines[text.count("\n", 0, match.end())].strip()[:80])
        for what, pattern in forbidden.items()
        for match in re.finditer(pattern, text, re.MULTILINE)
    ]


def bare(path):
    """The text without comments, each line where it was."""
    return COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_styles_are_of_chromium_78(path):
    assert found(bare(path), CSS) == []


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_scripts_are_of_chromium_78(path):
    assert found(bare(path), JAVASCRIPT) == []


def test_templates_hold_no_style_no_script_and_no_other_host():
    pages = {path.relative_to(TEMPLATES): found(bare(path), HTML) for path in TEMPLATES.rglob("*.html")}
    assert len(pages) > 50
    assert {name: lines for name, lines in pages.items() if lines} == {}


@pytest.mark.parametrize(
    ("text", "forbidden"),
    [
        (".a { display: flex; gap: 4px; }", CSS),
        (".a:is(b, c) { color: red; }", CSS),
        (".a:not(.b, .c) { width: clamp(1px, 2vw, 3px) }", CSS),
        ("p { width: min(4px, 50%); }", CSS),
        ("const a = b?.c;", JAVASCRIPT),
        ("const a = b ?? c;", JAVASCRIPT),
        ("list.at(-1)", JAVASCRIPT),
        ('<p style="color: red">', HTML),
        ("<script>alert(1)</script>", HTML),
        ('<a onclick="go()">', HTML),
        ('<img src="https://example.org/a.png">', HTML),
    ],
)
def test_what_is_refused_is_found(text, forbidden):
    assert found(text, forbidden)


@pytest.mark.parametrize(
    ("text", "forbidden"),
    [
        (".a { display: grid; grid-gap: 4px; grid-template-columns: minmax(0, 1fr); }", CSS),
        (".a { min-width: 4px; max-width: 5px; transform: scale(2); }", CSS),
        ("const a = b ? .5 : c;", JAVASCRIPT),
        ('<script src="/static/a.js" defer></script>', HTML),
    ],
)
def test_what_chromium_78_knows_may_stand(text, forbidden):
    assert found(text, forbidden) == []


def test_all_that_pages_load_stays_small():
    """Compressed as they are sent; no page loads them all."""
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in STATIC.iterdir() if path.is_file()}
    assert sum(sizes.values()) < 60_000, sizes
