import { parseJson, prettyJson } from "../format/json.js";
import { jsonFault } from "../format/json-fault.js";
import { becomesNull, isObject, mergePatch } from "../model/merge-patch.js";
import { textArea } from "./text-area.js";

/** What the operator's own systems keep with a key. */
export class MetadataField {
  /**
   * @param {object} options
   * @param {string} options.id
   * @param {object} [options.metadata] what there is already
   */
  constructor({ id, metadata }) {
    this.id = id;
    this.before = metadata;
    this.text = metadata && Object.keys(metadata).length > 0 ? prettyJson(metadata) : "";
  }

  /** @returns {object} as the API takes it; only of what `check` finds nothing wrong with */
  get value() {
    return this.text.trim() === "" ? {} : parseJson(this.text);
  }

  /** @returns {object} what makes this of what there was */
  get patch() {
    return mergePatch(this.before ?? {}, this.value);
  }

  /** @returns {string | undefined} what is wrong, and where */
  check() {
    if (this.text.trim() === "") return undefined;
    const fault = jsonFault(this.text);
    if (fault) return `this is not valid JSON: ${fault}`;
    const { before, value } = this;
    if (!before || !isObject(value)) return undefined;
    const name = becomesNull(before, value);
    return name === undefined ? undefined : `“${name}” cannot become null: in an edit, null takes a member away. Leave it out instead.`;
  }

  /** @param {string | undefined} error */
  template(error) {
    return textArea({
      id: this.id,
      label: "Metadata",
      optional: true,
      isCode: true,
      rows: 3,
      placeholder: '{ "customer": 4711 }',
      help: "A JSON object for your own systems, given back with each verdict. No secrets: everybody who verifies the key sees it.",
      error,
      value: this.text,
      onInput: (text) => (this.text = text),
    });
  }
}
