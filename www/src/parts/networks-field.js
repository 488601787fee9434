import { checkNetwork } from "../core.js";
import { count } from "../format/count.js";
import { textArea } from "./text-area.js";

const NAMED = 4;

/** From where a key may be used: a network a line, as such lists are copied from elsewhere. */
export class NetworksField {
  /**
   * @param {object} options
   * @param {string} options.id
   * @param {string[]} options.networks
   */
  constructor({ id, networks }) {
    this.id = id;
    this.text = networks.join("\n");
  }

  /** @returns {string[]} as the API takes them */
  get value() {
    return this.#entries.map(({ network }) => network);
  }

  get #entries() {
    return this.text
      .split("\n")
      .flatMap((line, at) => line.split(/[\s,]+/u).filter(Boolean).map((network) => ({ network, line: at + 1 })));
  }

  /** @returns {Promise<Record<string, string | undefined>>} what is wrong with each */
  async check() {
    const findings = this.#entries.map(async ({ network }, place) => [`networks/${place}`, await checkNetwork(network)]);
    return Object.fromEntries(await Promise.all(findings));
  }

  /** @param {string} pointer */
  fieldAt(pointer) {
    const place = Number(pointer.split("/")[2]);
    return this.#entries[place] ? `networks/${place}` : "networks";
  }

  /** @param {Record<string, string>} errors */
  template(errors) {
    return textArea({
      id: this.id,
      label: "Allowed networks",
      optional: true,
      isCode: true,
      rows: 3,
      placeholder: "203.0.113.0/24\n2001:db8::/32",
      help: "One on each line, in CIDR notation. With none, the key may be used from everywhere.",
      error: this.#inWords(errors),
      value: this.text,
      onInput: (text) => (this.text = text),
    });
  }

  #inWords(errors) {
    const wrong = this.#entries.flatMap(({ network, line }, place) => {
      const detail = errors[`networks/${place}`];
      return detail ? [`Line ${line}, ${network}: ${detail}`] : [];
    });
    const rest = wrong.length - NAMED;
    return [errors.networks, ...wrong.slice(0, NAMED), rest > 0 && `And ${count(rest, "more", "more")}.`].filter(Boolean).join("\n");
  }
}
