import { html, nothing } from "lit-html";
import {
  addDays,
  addMonths,
  dateLanguage,
  distance,
  endOfDay,
  exactUtc,
  fromDateField,
  fullDate,
  toDateField,
} from "../format/time.js";
import { choice } from "./choice.js";
import { describedBy, fieldGroup } from "./field.js";

/** @typedef {"keep" | "none" | "30d" | "90d" | "1y" | "date"} Preset */

/** @type {[Preset, string][]} */
const PRESETS = [
  ["none", "No expiry"],
  ["30d", "30 days"],
  ["90d", "90 days"],
  ["1y", "1 year"],
  ["date", "A date"],
];

/** When a key, or another thing, ends: never, after a while, or on a day. It ends when that day does. */
export class ExpiryPicker {
  /** @type {Preset} */
  preset = "none";
  date = "";

  /**
   * @param {object} options
   * @param {string} options.id
   * @param {HTMLElement} options.root where the picker is shown
   * @param {() => void} options.onChange
   * @param {string | null} [options.current] when the key ends by now, if there is one already
   * @param {string} [options.one] what ends
   */
  constructor({ id, root, onChange, current, one = "key" }) {
    this.one = one;
    this.id = id;
    this.root = root;
    this.onChange = onChange;
    this.current = current;
    if (current !== undefined) this.preset = "keep";
  }

  /** @returns {Date | null} */
  get moment() {
    const today = new Date();
    switch (this.preset) {
      case "keep":
        return this.current ? new Date(this.current) : null;
      case "30d":
        return endOfDay(addDays(today, 30));
      case "90d":
        return endOfDay(addDays(today, 90));
      case "1y":
        return endOfDay(addMonths(today, 12));
      case "date": {
        const day = fromDateField(this.date);
        return day && endOfDay(day);
      }
      default:
        return null;
    }
  }

  /** @returns {string | undefined} what is wrong */
  check() {
    if (this.preset !== "date") return undefined;
    if (this.moment === null) return `Choose the last day of this ${this.one}.`;
    return this.moment < new Date() ? "That day is over. Choose today or a later day." : undefined;
  }

  /** @param {string | undefined} error */
  template(error) {
    const { moment } = this;
    const help = moment
      ? html`${this.preset === "keep" ? "Works until" : "Works until the end of"}
          <span lang=${dateLanguage}>${fullDate(moment)}</span>
          (<span lang=${dateLanguage}>${distance(moment, new Date())}</span>).
          <span class="nowrap">${exactUtc(moment)}</span>`
      : "Works until it is revoked.";
    const text = { id: this.id, label: "Expiry", help: this.preset === "date" && !moment ? `The ${this.one} works until the end of that day.` : help, error };
    return fieldGroup({
      ...text,
      control: html`${choice({
        name: this.id,
        options: this.current === undefined ? PRESETS : [["keep", "As it is"], ...PRESETS],
        value: this.preset,
        onChoose: (preset) => {
          this.preset = preset;
          this.onChange();
          // What appears now may lie below the edge of the dialog.
          this.root.querySelector(`#${this.id}`)?.scrollIntoView({ block: "nearest" });
        },
      })}
      ${this.preset === "date"
        ? html`<input
            class="input input--date"
            type="date"
            aria-label="Last day"
            aria-invalid=${error ? "true" : nothing}
            aria-describedby=${describedBy(text)}
            min=${toDateField(new Date())}
            .value=${this.date}
            @input=${(event) => {
              this.date = event.target.value;
              this.onChange();
            }}
          />`
        : nothing}`,
    });
  }
}
