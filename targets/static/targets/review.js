/* The review desk: selects entries without a request. The page also works without this script. */
"use strict";

(function () {
    const form = document.getElementById("review");
    const count = document.getElementById("review-count");
    if (!form || !count) {
        return;
    }
    const boxes = Array.from(form.querySelectorAll("td.choose input[type='checkbox']"));

    function tell() {
        count.textContent = count.dataset.text + " " + boxes.filter(function (box) {
            return box.checked;
        }).length;
    }

    form.addEventListener("click", function (event) {
        if (event.target.closest("button[data-clear]")) {
            event.preventDefault();
            boxes.forEach(function (box) {
                box.checked = box.checked || box.hasAttribute("data-clear");
            });
            tell();
        }
    });
    form.addEventListener("change", tell);
    tell();
})();
