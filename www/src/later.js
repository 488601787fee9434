/**
 * What only some visits need: everything about a workspace but its keys, and what
 * is done with many keys at once. It is fetched when it is first asked for, by
 * `model/later.js`; whatever else imports it, or what it imports and nobody else
 * does, makes the page load it at once.
 */
import { importKeys } from "./flows/import.js";
import { reviewKeys } from "./flows/review.js";
import { keyWebhook, manageWebhooks } from "./flows/webhooks.js";
import { activityView } from "./views/activity.js";
import { catalogView } from "./views/catalog.js";
import { membersView } from "./views/members.js";
import { settingsView } from "./views/settings.js";
import { verifiersView } from "./views/verifiers.js";

/** What is done from elsewhere. What is exported has names of one word: the build shortens others. */
export const flows = { importKeys, reviewKeys, keyWebhook, manageWebhooks };

/** By the names of the sections. @type {Record<string, (app: import("./app.js").App) => unknown>} */
export const views = {
  scopes: catalogView("scopes"),
  accounts: catalogView("accounts"),
  verifiers: verifiersView,
  members: membersView,
  activity: activityView,
  settings: settingsView,
};
