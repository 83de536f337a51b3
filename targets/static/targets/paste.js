/* Keeps the table that the clipboard holds beside the text: its cells are whole where the text breaks them.
   The page also works without this script. */
"use strict";

(function () {
    const text = document.getElementById("id_text");
    const html = document.getElementById("id_html");
    if (!text || !html) {
        return;
    }
    let isPasted = false;

    text.addEventListener("paste", function (event) {
        const all = text.selectionStart === 0 && text.selectionEnd === text.value.length;
        const table = event.clipboardData ? event.clipboardData.getData("text/html") : "";
        /* a table pasted into other text is part of that text */
        html.value = all && /<table/i.test(table) && table.length <= Number(text.dataset.mostHtml) ? table : "";
        isPasted = Boolean(html.value);
    });

    /* what was typed since is not in the clipboard's table */
    text.addEventListener("input", function () {
        if (!isPasted) {
            html.value = "";
        }
        isPasted = false;
    });
}());
