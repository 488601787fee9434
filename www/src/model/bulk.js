/**
 * What can be done to several keys at once, in the page's words.
 *
 * @typedef {object} BulkWords
 * @property {string} label
 * @property {string} busy
 * @property {string} done
 * @property {boolean} isGrave whether it takes something away for good
 *
 * @type {Record<import("../api/keyway.js").BulkAction, BulkWords>}
 */
export const bulkActions = {
  block: { label: "Block", busy: "Blocking", done: "blocked", isGrave: false },
  unblock: { label: "Unblock", busy: "Unblocking", done: "unblocked", isGrave: false },
  revoke: { label: "Revoke", busy: "Revoking", done: "revoked", isGrave: true },
  delete: { label: "Delete", busy: "Deleting", done: "deleted", isGrave: true },
};
