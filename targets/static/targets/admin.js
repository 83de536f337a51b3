// On a phone a list, or the rows of a form, is a stack of cards without its head: each cell carries its
// column's name.
"use strict";
document.querySelectorAll("#result_list, .tabular table").forEach(function (table) {
    const names = Array.from(table.tHead.rows[0].cells, function (cell) {
        return (cell.querySelector(".text") || cell).textContent.trim();
    });
    Array.from(table.tBodies[0].rows).forEach(function (row) {
        Array.from(row.cells).forEach(function (cell, place) {
            if (cell.tagName === "TD" && names[place]) cell.dataset.label = names[place];
        });
    });
    table.classList.add("named");
});

// The name of a figure's box says its months, and follows the period chosen.
(function () {
    const period = document.querySelector("select[data-names]");
    const label = document.querySelector("label[for=id_value]");
    if (period && label) {
        const names = JSON.parse(period.dataset.names);
        const ending = /[:：]\s*$/.test(label.textContent) ? ":" : "";
        period.addEventListener("change", function () {
            label.textContent = names[period.value] + ending;
        });
    }
})();
