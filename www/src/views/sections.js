import { catalogs } from "../model/catalogs.js";
import { catalogView } from "./catalog.js";
import { keysView } from "./keys.js";
import { settingsView } from "./settings.js";
import { verifiersView } from "./verifiers.js";

/**
 * @typedef {object} Section
 * @property {string} label
 * @property {(app: import("../app.js").App) => unknown} view
 * @property {(app: import("../app.js").App) => Promise<void>} load asks for what it shows
 */

/** @param {import("../api/keyway.js").Catalog} catalog @returns {Section} */
const catalogSection = (catalog) => ({
  label: catalogs[catalog].label,
  view: catalogView(catalog),
  load: ({ entries }) => entries[catalog].load(),
});

/** What the page has, by its name in the address. @type {Record<string, Section>} */
export const sections = {
  keys: {
    label: "Keys",
    view: keysView,
    load: ({ finding, route, reviews }) => {
      // Each search comes through here.
      if (!reviews.fresh && !reviews.loading) void reviews.load();
      return finding.enter(route.parameters);
    },
  },
  scopes: catalogSection("scopes"),
  accounts: catalogSection("accounts"),
  verifiers: {
    label: "Verifiers",
    view: verifiersView,
    load: ({ verifiers }) => verifiers.load(),
  },
  settings: {
    label: "Settings",
    view: settingsView,
    load: ({ settings, pepper }) => {
      void pepper.load();
      return settings.load();
    },
  },
};
