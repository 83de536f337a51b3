/* Pages of many rows: the keyboard, pasting a column, and keeping unsaved input.
   The page also works without this script. */
"use strict";

(function () {
    /* 确认提交: the button says how many rows are ticked */
    const confirming = document.querySelector("#confirm [data-chosen]");
    if (confirming) {
        const count = function () {
            const ticked = document.querySelectorAll("#confirm input[name='entry']:checked").length;
            confirming.textContent = confirming.dataset.chosen.replace("{n}", ticked);
        };
        document.getElementById("confirm").addEventListener("change", count);
        count();
    }

    const form = document.getElementById("desk");
    if (!form) {
        return;
    }
    const rows = Array.from(form.querySelectorAll(".row"));
    const values = Array.from(form.querySelectorAll("input[data-down]"));
    const status = document.getElementById("desk-status");

    function tell(text, isAlarm) {
        status.textContent = text;
        status.classList.toggle("alarm", Boolean(isAlarm));
    }

    function put(field, text) {
        field.value = text;
        field.dispatchEvent(new Event("input", { bubbles: true }));
    }

    /* --- the keyboard: Enter goes down and never submits ------------------------------------ */

    /* The inputs above and below this one: a page has as many columns as `data-down` has values. */
    function columnOf(input) {
        return values.filter(function (value) {
            return value.dataset.down === input.dataset.down;
        });
    }

    function move(from, by) {
        const column = columnOf(from);
        const next = column[column.indexOf(from) + by];
        if (next) {
            next.focus();
            next.select();
        }
    }

    form.addEventListener("keydown", function (event) {
        // while an input method composes, Enter chooses a word
        if (event.isComposing || event.keyCode === 229 || event.target.tagName !== "INPUT") {
            return;
        }
        const goesDown = event.target.hasAttribute("data-down");
        if (event.key === "Enter" && !["submit", "button"].includes(event.target.type)) {
            event.preventDefault();
            if (goesDown) {
                move(event.target, event.shiftKey ? -1 : 1);
            }
        } else if (goesDown && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
            event.preventDefault();
            move(event.target, event.key === "ArrowDown" ? 1 : -1);
        }
    });

    /* --- pasting from a sheet ----------------------------------------------------------------- */

    /* Lines of cells as a spreadsheet copies them: tabs between cells, quotes around text with breaks. */
    function cellsOf(text) {
        const lines = [[]];
        const cell = /(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r\n|\n|\r|$)/g;
        while (cell.lastIndex < text.length) {
            const found = cell.exec(text);
            const line = lines[lines.length - 1];
            line.push(found[1] === undefined ? found[2] : found[1].replace(/""/g, '"'));
            if (found[3] !== "\t" && found[3] !== "" && cell.lastIndex < text.length) {
                lines.push([]);
            }
        }
        return lines;
    }

    form.addEventListener("paste", function (event) {
        const text = event.clipboardData ? event.clipboardData.getData("text/plain") : "";
        if (!event.target.hasAttribute("data-down") || !/[\t\r\n]/.test(text)) {
            return;
        }
        event.preventDefault();
        const column = columnOf(event.target);
        const first = column.indexOf(event.target);
        const left = [];
        cellsOf(text).forEach(function (cells, place) {
            const value = column[first + place];
            if (!value) {
                left.push(cells[0].trim());
                return;
            }
            // an empty cell changes nothing in its row
            if (cells[0].trim()) {
                put(value, cells[0].trim());
            }
            const row = value.closest(".entry, tr");
            const fields = Array.from(row.querySelectorAll("input[data-down]"));
            const beside = fields.slice(fields.indexOf(value) + 1);
            const words = row.querySelector("textarea");
            if (words) {
                beside.push(words);
            }
            cells.slice(1, beside.length + 1).forEach(function (cell, index) {
                if (cell.trim()) {
                    put(beside[index], cell.trim());
                }
            });
        });
        const lost = left.filter(Boolean);
        tell(lost.length ? form.dataset.tooManyText + " " + lost.join("、") : "", true);
    });

    /* --- effects of the input ----------------------------------------------------------------- */

    /* A number in ten-thousandths, exact for up to four decimals; null if the text is no number. */
    function exactly(text) {
        const plain = text.trim().replace("−", "-").replace(/[０-９．，－＋]/g, function (wide) {
            return String.fromCharCode(wide.charCodeAt(0) - 0xfee0);
        });
        // commas separate groups of three digits, as on the server
        const found = /^([+-]?)(\d{1,11}|[1-9]\d{0,2}(?:,\d{3}){1,3})(?:\.(\d{0,4}))?$/.exec(plain);
        if (!found) {
            return null;
        }
        const size = Number(found[2].replace(/,/g, "") + ((found[3] || "") + "0000").slice(0, 4));
        return found[1] === "-" ? -size : size;
    }

    function inWords(size) {
        const digits = String(Math.abs(size)).padStart(5, "0");
        return digits.slice(0, -4) + ("." + digits.slice(-4)).replace(/\.?0+$/, "");
    }

    function showChange(row) {
        const shown = row.querySelector("output.change");
        const typed = shown && exactly(row.querySelector("input[data-down]").value);
        const last = shown && exactly(shown.dataset.last);
        if (!shown) {
            return;
        }
        shown.classList.remove("doubtful");
        if (typed === null || last === null) {
            shown.textContent = "";
            return;
        }
        const by = typed - last;
        shown.textContent = (by > 0 ? "+" : by < 0 ? "−" : "") + inWords(by) + shown.dataset.unit;
        if (by < 0 && shown.hasAttribute("data-grows")) {
            shown.classList.add("doubtful");
            shown.textContent += " " + form.dataset.fellText;
        }
    }

    /* A chosen file cannot be kept: the browser sends it, or forgets it. */
    function fieldsOf(row) {
        return Array.from(row.querySelectorAll("input[name]:not([type=file]), textarea[name], select[name]"));
    }

    function hasFiles(row) {
        return Array.from(row.querySelectorAll("input[type=file]")).some(function (input) {
            return input.files.length > 0;
        });
    }

    function isAsShown(field) {
        if (field.type === "checkbox") {
            return field.checked === field.defaultChecked;
        }
        if (field.tagName === "SELECT") {
            return Array.from(field.options).every(function (option) {
                return option.selected === option.defaultSelected;
            });
        }
        return field.value === field.defaultValue;
    }

    function isTypedInto(row) {
        const isUnsaved = row.classList.contains("unsaved") || row.classList.contains("wrong");
        return isUnsaved || hasFiles(row) || !fieldsOf(row).every(isAsShown);
    }

    /* The main button says how many rows it submits. */
    function countFilled() {
        const button = form.querySelector("[data-filled]");
        if (button) {
            const filled = rows.filter(function (row) {
                return row.hasAttribute("data-stored") || isTypedInto(row);
            }).length;
            button.textContent = button.dataset[filled ? "filled" : "unfilled"].replace("{n}", filled);
        }
    }

    function countEmpty() {
        countFilled();
        const count = form.querySelector("[data-rest] b");
        if (count) {
            const empty = rows.filter(function (row) {
                return row.hasAttribute("data-empty") && !isTypedInto(row);
            });
            count.textContent = empty.length;
            count.parentNode.disabled = empty.length === 0;
        }
    }

    form.addEventListener("click", function (event) {
        const button = event.target.closest("button.adopt");
        if (button && button.name === "_adopt") {
            event.preventDefault();
            const words = button.closest(".row").querySelector("textarea");
            put(words, button.parentNode.querySelector("span").textContent);
            words.focus();
        }
        const same = event.target.closest("button.same-as-before");
        if (same) {
            event.preventDefault();
            same.parentNode.querySelectorAll("[data-says]").forEach(function (said) {
                const box = same.closest("details").querySelector(".field-" + said.dataset.says + " textarea");
                if (!box.value.trim()) {
                    put(box, said.textContent);
                }
            });
        }
    });

    /* --- nothing typed is lost ---------------------------------------------------------------- */

    const backup = "desk:" + form.dataset.draft;
    let kept = typed();

    /* The fields of the rows typed into, as a form posts them. */
    function typed() {
        const fields = new URLSearchParams();
        rows.filter(isTypedInto).forEach(function (row) {
            fieldsOf(row).forEach(function (field) {
                if (field.type !== "checkbox" || field.checked) {
                    fields.append(field.name, field.value);
                }
            });
        });
        return fields.toString();
    }

    function clock() {
        const now = new Date();
        return String(now.getHours()).padStart(2, "0") + ":" + String(now.getMinutes()).padStart(2, "0");
    }

    /* What is being sent is kept by the answer, together with the files that go along. */
    let isSending = false;

    async function keep() {
        const fields = typed();
        if (fields === kept || isSending) {
            return;
        }
        const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
        try {
            const answer = await fetch(form.dataset.keeper, {
                method: "POST",
                headers: { "Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": token },
                body: fields,
                credentials: "same-origin",
            });
            if (answer.status === 204) {
                kept = fields;
                tell(form.dataset.keptText + " " + clock());
            } else if (answer.status === 413) {
                tell(await answer.text(), true);
            } else {
                tell(form.dataset.lostText, true);
            }
        } catch (error) {
            // no connection: the browser's own copy stays, and the next minute tries again
        }
    }

    let isGivenUp = false;

    function keepHere() {
        if (isGivenUp) {
            return;
        }
        try {
            sessionStorage.setItem(backup, typed());
        } catch (error) {
            // storage is full or forbidden
        }
    }

    /* Restore the input that this browser kept, if the row still has the same version. */
    function putBack() {
        const fields = new URLSearchParams(sessionStorage.getItem(backup) || "");
        let count = 0;
        rows.forEach(function (row) {
            const seen = row.querySelector("input[name$='-seen_version']");
            if (fields.get(seen.name) !== seen.value || isTypedInto(row)) {
                return;
            }
            fieldsOf(row).forEach(function (field) {
                if (field.type === "checkbox") {
                    field.checked = fields.getAll(field.name).includes(field.value);
                } else if (fields.has(field.name)) {
                    field.value = fields.get(field.name);
                }
            });
            if (isTypedInto(row)) {
                row.classList.add("unsaved");
                showChange(row);
                count += 1;
            }
        });
        if (count) {
            tell(form.dataset.restoredText);
        }
    }

    let waiting = 0;
    form.addEventListener("input", function (event) {
        const row = event.target.closest(".row");
        if (row) {
            showChange(row);
            countEmpty();
        }
        clearTimeout(waiting);
        waiting = setTimeout(keepHere, 500);
    });
    form.addEventListener("submit", function () {
        isSending = true;
        keepHere();
    });
    window.addEventListener("pageshow", function () {
        isSending = false;
    });
    document.querySelectorAll("#logout-form, form.restored").forEach(function (other) {
        other.addEventListener("submit", function () {
            isGivenUp = true;
            sessionStorage.removeItem(backup);
        });
    });
    setInterval(keep, 60 * 1000);
    document.addEventListener("visibilitychange", function () {
        if (document.visibilityState === "hidden") {
            keepHere();
            keep();
        }
    });
    putBack();
    countEmpty();
})();
