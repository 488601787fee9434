import { filterOf } from "../model/key-list.js";
import { keysView } from "./keys.js";
import { verifiersView } from "./verifiers.js";

/**
 * @typedef {object} Section
 * @property {string} label
 * @property {(app: import("../app.js").App) => unknown} view
 * @property {(app: import("../app.js").App) => Promise<void>} load asks for what it shows
 */

/** What the page has, by its name in the address. @type {Record<string, Section>} */
export const sections = {
  keys: {
    label: "Keys",
    view: keysView,
    load: ({ keys, route }) => keys.show(filterOf(route.parameters.get("status"))),
  },
  verifiers: {
    label: "Verifiers",
    view: verifiersView,
    load: ({ verifiers }) => verifiers.load(),
  },
};
