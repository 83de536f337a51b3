// The menus of the frame work without this: it closes them with Esc, by a click elsewhere, and one at a time.
"use strict";
(function () {
    function close(except) {
        document.querySelectorAll(".menu[open]").forEach(function (menu) {
            if (menu !== except) menu.open = false;
        });
    }
    document.addEventListener("click", function (event) {
        close(event.target.closest(".menu"));
    });
    document.addEventListener("keydown", function (event) {
        const menu = event.key === "Escape" && event.target.closest && event.target.closest(".menu[open]");
        if (!menu) return;
        menu.open = false;
        menu.querySelector("summary").focus();
    });
})();
