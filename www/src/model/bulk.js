/**
 * What can be done to several keys at once, in the page's words.
 *
 * @typedef {object} BulkWords
 * @property {string} label
 * @property {string} needs what somebody has to be allowed who does it
 * @property {string} busy
 * @property {string} done
 * @property {boolean} isGrave whether it takes something away for good
 *
 * @type {Record<import("../api/keyway.js").BulkAction, BulkWords>}
 */
export const bulkActions = {
  block: { label: "Block", needs: "keys.block", busy: "Blocking", done: "blocked", isGrave: false },
  unblock: { label: "Unblock", needs: "keys.block", busy: "Unblocking", done: "unblocked", isGrave: false },
  revoke: { label: "Revoke", needs: "keys.revoke", busy: "Revoking", done: "revoked", isGrave: true },
  delete: { label: "Delete", needs: "keys.delete", busy: "Deleting", done: "deleted", isGrave: true },
};
