import { html } from "lit-html";

/** @type {Record<import("../api/keyway.js").Status, string>} */
export const STATUS_LABELS = {
  active: "Active",
  scheduled: "Scheduled",
  blocked: "Inactive",
  expired: "Expired",
  revoked: "Revoked",
};

/** @param {import("../api/keyway.js").Status} status */
export function statusBadge(status) {
  return html`<span class="status status--${status}">${STATUS_LABELS[status] ?? status}</span>`;
}

/** @param {"live" | "test"} environment */
export function environmentBadge(environment) {
  return html`<span class="environment environment--${environment}">${environment === "live" ? "Live" : "Test"}</span>`;
}
