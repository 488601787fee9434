import { isShortcut } from "../format/shortcut.js";

/** What the keyboard does wherever one is, but for dialogs. @param {import("../app.js").App} app */
export function listenForShortcuts(app) {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (isShortcut(event, "K")) focusSearch(event);
    else if (isShortcut(event, "Z") && !isTypedInto(event.target)) undo(app, event);
  });
}

function focusSearch(event) {
  const field = document.querySelector("#search");
  if (!(field instanceof HTMLInputElement)) return;
  event.preventDefault();
  field.focus();
  field.select();
}

function undo({ notices }, event) {
  if (!notices.current?.undo) return;
  event.preventDefault();
  notices.current.undo();
}

/** Where the browser undoes what was typed. */
function isTypedInto(target) {
  return Boolean(target.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]"));
}
