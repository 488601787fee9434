import { html } from "lit-html";
import { icon } from "./icon.js";

/** @typedef {{label: unknown, run: () => void, isGrave?: boolean}} Item */

/**
 * A button with the actions that are not for every day behind it. The browser
 * opens and closes it, by pointer and by Escape, and gives the focus back.
 *
 * @param {object} options
 * @param {string} options.id
 * @param {unknown} options.label of the button
 * @param {string} options.kind classes of the button beside `button`
 * @param {string} options.title what the menu is called
 * @param {Item[]} options.items
 */
export function menu({ id, label, kind, title, items }) {
  const element = () => /** @type {HTMLElement} */ (document.getElementById(id));
  const item = ({ label, run, isGrave = false }, at) => html`<button
    class="button button--plain menu__item ${isGrave ? "menu__item--grave" : ""}"
    type="button"
    role="menuitem"
    tabindex="-1"
    ?autofocus=${at === 0}
    @click=${() => {
      // The focus is back on the button first: a dialog leaves it where it found it.
      element().hidePopover();
      document.getElementById(`${id}-button`)?.focus();
      run();
    }}
  >${label}</button>`;
  return html`<button
      class="button ${kind}"
      id="${id}-button"
      type="button"
      popovertarget=${id}
      aria-haspopup="menu"
      aria-expanded="false"
      @keydown=${(event) => {
        if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
        event.preventDefault();
        event.currentTarget.click();
        if (event.key === "ArrowUp") itemsOf(element()).at(-1)?.focus();
      }}
    >${label}${icon("down")}</button>
    <div
      class="menu"
      id=${id}
      popover
      role="menu"
      aria-label=${title}
      @toggle=${(event) => {
        document.getElementById(`${id}-button`)?.setAttribute("aria-expanded", String(event.newState === "open"));
      }}
      @keydown=${steer}
    >${items.map(item)}</div>`;
}

/** @param {HTMLElement} element @returns {HTMLElement[]} */
function itemsOf(element) {
  return [...element.querySelectorAll("[role=menuitem]")].filter((item) => item instanceof HTMLElement);
}

/** The keys of a menu: up and down, first and last, and the first letter of an action. */
function steer(event) {
  if (event.key === "Tab") {
    // The focus goes on from the button.
    event.currentTarget.hidePopover();
    return;
  }
  const items = itemsOf(event.currentTarget);
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    items.at(to % items.length)?.focus();
  } else if (/^\p{L}$/u.test(event.key)) {
    const others = [...items.slice(at + 1), ...items.slice(0, at)];
    others.find((item) => item.innerText.toLowerCase().startsWith(event.key.toLowerCase()))?.focus();
  }
}
