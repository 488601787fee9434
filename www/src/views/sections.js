import { catalogs } from "../model/catalogs.js";
import { askedOf } from "../model/audit-log.js";
import { keysView } from "./keys.js";

/**
 * @typedef {object} Section
 * @property {string} label
 * @property {string} needs what somebody has to be allowed who looks at it
 * @property {(app: import("../app.js").App) => unknown} [view] or it is in `later.js`
 * @property {(app: import("../app.js").App) => Promise<void>} load asks for what it shows
 */

/** @param {import("../api/keyway.js").Catalog} catalog @returns {Section} */
const catalogSection = (catalog) => ({
  label: catalogs[catalog].label,
  needs: "catalog.read",
  load: ({ entries }) => entries[catalog].load(),
});

/** What the page has, by its name in the address. @type {Record<string, Section>} */
export const sections = {
  keys: {
    label: "Keys",
    needs: "keys.read",
    view: keysView,
    load: (app) => {
      const { finding, route, reviews } = app;
      // Each search comes through here.
      if (app.may("keys.review") && !reviews.fresh && !reviews.loading) void reviews.load();
      return finding.enter(route.parameters);
    },
  },
  scopes: catalogSection("scopes"),
  accounts: catalogSection("accounts"),
  verifiers: {
    label: "Verifiers",
    needs: "verifiers",
    load: ({ verifiers }) => verifiers.load(),
  },
  members: {
    label: "Members",
    needs: "members",
    load: ({ members }) => members.load(),
  },
  activity: {
    label: "Activity",
    needs: "audit.all",
    load: ({ members, log, route }) => {
      if (!members.fresh && !members.loading) void members.load();
      return log.load(askedOf(route.parameters));
    },
  },
  settings: {
    label: "Settings",
    needs: "settings.read",
    load: (app) => {
      if (app.may("settings.edit")) void app.pepper.load();
      if (app.may("webhooks")) void app.webhooks.load();
      if (app.may("workspaces")) void app.workspaces.load();
      return app.settings.load();
    },
  },
};
