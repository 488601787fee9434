/** What a member may grant, in the page's words. @type {Record<import("../api/keyway.js").Catalog, Partial<import("./catalogs.js").Words>>} */
export const grantWords = {
  accounts: {
    allWarning: "They see the keys of every account, and every one that is added later.",
    none: "None chosen: they see only keys without an account.",
  },
  scopes: {
    allWarning: "They may grant everything, and everything that is added later.",
    none: "None chosen: they may grant nothing.",
  },
};

/** @type {Record<import("../api/keyway.js").Role, string>} */
export const ROLE_LABELS = { manager: "Manager", administrator: "Administrator" };
