/* Rows of the status table: the light opens its row, several at a time. Without this the address opens one. */
"use strict";
(function () {
  const table = document.getElementById("table");
  if (table) {
    table.classList.add("scripted");
    const opened = function (link) { return document.getElementById(link.hash.slice(1)); };
    const show = function (link, isOpen) {
      opened(link).classList.toggle("open", isOpen);
      link.setAttribute("aria-expanded", String(isOpen));
    };
    const links = Array.prototype.slice.call(table.querySelectorAll("a[href^='#why-']"));
    links.forEach(function (link) {
      show(link, link.hash === window.location.hash);
      link.addEventListener("click", function (event) {
        event.preventDefault();
        show(link, link.getAttribute("aria-expanded") === "false");
      });
    });
    table.addEventListener("click", function (event) {
      const close = event.target.closest("a[href^='#row-']");
      if (!close) return;
      event.preventDefault();
      const link = document.getElementById(close.hash.slice(1)).querySelector("a[href^='#why-']");
      show(link, false);
      link.focus();
    });
  }

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      button.closest("details").open = false;
      window.print();
    });
  });
})();
