import { html, nothing } from "lit-html";
import { dateLanguage, distance, exactUtc, fromDateField, fullDate, toDateField, toRfc3339 } from "../format/time.js";
import { describedBy, field } from "./field.js";

/** From when on a key is good: at once, or from the start of a day in the reader's zone. */
export class StartField {
  date = "";
  #before;

  /**
   * @param {object} options
   * @param {string} options.id
   * @param {HTMLElement} options.root where the field is shown
   * @param {() => void} options.onChange
   * @param {string | null} [options.current] when the key begins by now
   */
  constructor({ id, root, onChange, current = null }) {
    this.id = id;
    this.root = root;
    this.onChange = onChange;
    this.current = current;
    this.#before = current === null ? "" : toDateField(new Date(current));
    this.date = this.#before;
  }

  /** @returns {Date | null} */
  get moment() {
    return this.#isKept && this.current ? new Date(this.current) : fromDateField(this.date);
  }

  /** What was set to the second, and not here, stays so. */
  get #isKept() {
    return this.date === this.#before;
  }

  /** @returns {string | null} as it is sent */
  get value() {
    const { moment } = this;
    return this.#isKept ? this.current : moment && toRfc3339(moment);
  }

  /** Whether it lies before the end of the key, the server says. @returns {string | undefined} what is wrong */
  check() {
    const input = this.root.querySelector(`#${this.id}`);
    // Half a date is none for a program, and not for who typed it.
    return input instanceof HTMLInputElement && input.validity.badInput ? "Give the whole date, or none." : undefined;
  }

  /** @param {string | undefined} error */
  template(error) {
    const text = { id: this.id, label: "Starts", optional: true, help: this.#help, error };
    return field({
      ...text,
      control: html`<input
        class="input input--date"
        id=${this.id}
        type="date"
        aria-invalid=${error ? "true" : nothing}
        aria-describedby=${describedBy(text)}
        .value=${this.date}
        @input=${(event) => {
          this.date = event.target.value;
          this.onChange();
        }}
      />`,
    });
  }

  get #help() {
    const { moment } = this;
    const now = new Date();
    if (!moment) return "Good at once. With a date: from the start of that day.";
    if (moment <= now) return "Good at once: that day has begun.";
    return html`Refused until <span lang=${dateLanguage}>${fullDate(moment)}</span>
      (<span lang=${dateLanguage}>${distance(moment, now)}</span>). <span class="nowrap">${exactUtc(moment)}</span>`;
  }
}
