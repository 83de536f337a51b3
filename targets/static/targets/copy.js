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

  document.querySelectorAll("[data-copy]").forEach(function (button) {
    const text = document.getElementById(button.dataset.copy);
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
      if (navigator.clipboard && window.isSecureContext) {
        navigator.clipboard.writeText(text.value).then(
          function () { done(true); },
          function () { done(select(text)); }
        );
      } else {
        done(select(text));
      }
    });
  });
})();
