// On a phone a list or a table of form rows becomes cards without a table head, so each cell gets the name
// of its column.
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

// The label of the figure names its months, so the label changes with the period.
(function () {
    const period = document.querySelector("select[data-names]");
    const label = document.querySelector("label[for=id_value]");
    if (period && label) {
        const names = JSON.parse(period.dataset.names);
        const ending = (/[:：]\s*$/.exec(label.textContent) || [""])[0];
        period.addEventListener("change", function () {
            label.textContent = names[period.value] + ending;
        });
    }
})();

document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
        window.print();
    });
});
