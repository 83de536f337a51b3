/* Copies a list as plain text. On an intranet without TLS the browser has no Clipboard API. */
"use strict";
(function () {
  function select(text) {
    const folded = text.closest("details");
    const wasOpen = folded.open;
    folded.open = true; // hidden text cannot be selected
    text.focus();
    text.select();
    let copied = false;
    try {
      copied = document.execCommand("copy");
    } catch (refused) {
      copied = false;
    }
    folded.open = wasOpen || !copied; // if copying fails, the text stays selected for Ctrl+C
    return copied;
  }

  /* The rows of the table on the page, as lines of a message. */
  function rows(button) {
    const each = Array.prototype.map.call(document.querySelectorAll("tr.row"), function (row) {
      const opened = row.nextElementSibling;
      const words = {
        number: row.querySelector(".c-number"),
        title: row.querySelector(".c-title a"),
        unit: row.querySelector(".c-unit"),
        light: row.querySelector(".light"),
        reason: opened.querySelector(".opened p"),
      };
      return button.dataset.each.replace(/\{(\w+)\}/g, function (slot, name) { return words[name].textContent; });
    });
    return [button.dataset.before].concat(each, button.dataset.after).join("\n");
  }

  /* A box for text that stands on no page: it is there only while it is copied. */
  function box(words) {
    const folded = document.createElement("details");
    const text = document.createElement("textarea");
    text.readOnly = true;
    text.value = words;
    folded.appendChild(text);
    document.body.appendChild(folded);
    return text;
  }

  function prepare(button, textOf, after) {
    const words = button.textContent;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    function done(copied) {
      if (!copied) return;
      button.focus();
      button.textContent = button.dataset.done;
      window.setTimeout(function () { button.textContent = words; }, 2000);
    }
    button.addEventListener("click", function () {
      const text = textOf();
      function byHand() { done(select(text)); after(text); }
      if (navigator.clipboard && window.isSecureContext) {
        navigator.clipboard.writeText(text.value).then(function () { done(true); after(text); }, byHand);
      } else {
        byHand();
      }
    });
  }

  document.querySelectorAll("[data-copy]").forEach(function (button) {
    prepare(button, function () { return document.getElementById(button.dataset.copy); }, function () {});
  });
  document.querySelectorAll("[data-copy-rows]").forEach(function (button) {
    prepare(button, function () { return box(rows(button)); }, function (text) { text.parentNode.remove(); });
  });
})();
