import { isShortcut } from "../format/shortcut.js";

/** What the keyboard does wherever one is, but for dialogs. */
export function listenForShortcuts() {
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (isShortcut(event, "K")) focusSearch(event);
  });
}

function focusSearch(event) {
  const field = document.querySelector("#search");
  if (!(field instanceof HTMLInputElement)) return;
  event.preventDefault();
  field.focus();
  field.select();
}
