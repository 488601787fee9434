/**
 * What a key is granted by name, in the page's words.
 *
 * @typedef {object} Words
 * @property {string} one
 * @property {string} label of the section and of the field
 * @property {string} text what they are for
 * @property {string} example of an id
 * @property {string} exampleName what people would call that one
 * @property {string} all
 * @property {string} allWarning
 * @property {string} none what it means that a key has none
 * @property {string} empty
 *
 * @type {Record<import("../api/keyway.js").Catalog, Words>}
 */
export const catalogs = {
  scopes: {
    one: "scope",
    label: "Scopes",
    text: "What a key may do. Your services ask for them by their ids.",
    example: "reporting:read",
    exampleName: "Read reports",
    all: "All scopes",
    allWarning: "This key may do everything, and everything that is added later. Prefer chosen scopes where you can.",
    none: "None chosen: the key is valid, but grants nothing.",
    empty: "A scope says what a key may do.",
  },
  accounts: {
    one: "account",
    label: "Accounts",
    text: "For whom a key may do it: your customers, or whatever else you keep apart.",
    example: "customer-17",
    exampleName: "Example Ltd",
    all: "All accounts",
    allWarning: "This key may act for every account, and every one that is added later. Prefer chosen accounts where you can.",
    none: "None chosen: a service that asks for an account refuses the key.",
    empty: "An account says for whom a key may do something.",
  },
};
