import { html } from "lit-html";
import { count } from "../format/count.js";
import { countdown } from "./moment.js";

/** Why nothing is sent any more. @type {Record<string, string>} */
const STOPPED = {
  by_hand: "Switched off",
  gone: "Stopped: it answered that it is gone (410)",
  failing: "Stopped: it took nothing for three days",
};

/** Why a delivery failed where there was no answer. @type {Record<string, string>} */
const WHY = {
  timeout: "it did not answer in time",
  network: "it could not be reached",
  not_public: "its address is not public",
  removed: "the webhook was removed",
  disabled: "the webhook was switched off",
  no_email: "e-mail is not set up here",
  refused: "the e-mail was refused",
  overtaken: "it was out of date by then",
  not_theirs: "the reader may not see this any more",
  unreadable: "what is stored of it cannot be read",
};

/** @param {import("../api/webhooks.js").Webhook} webhook */
export function webhookState({ active, disabled_at: at, disabled_why: why, delivered_at: taken, recent_failures: failures }) {
  const state = active ? (failures ? html`<strong>${count(failures, "failed delivery", "failed deliveries")} lately</strong>` : "Working") : html`<strong>${STOPPED[why ?? ""] ?? "Stopped"}</strong>${at ? html` ${countdown(at)}` : ""}`;
  return html`${state}, ${taken ? html`last taken ${countdown(taken)}` : "nothing taken yet"}`;
}

/** @param {import("../api/webhooks.js").Delivery} delivery */
export function deliveryState({ outcome, status, why, attempts, tried_at: tried, next_attempt_at: next }) {
  const cause = status ? `answered ${status}` : why ? (WHY[why] ?? why) : "";
  if (outcome === "delivered") return html`Delivered ${tried ? countdown(tried) : ""}`;
  const tries = attempts > 1 ? `, ${attempts} tries` : "";
  if (outcome === "failed") return html`<strong>Failed</strong>${cause ? `: ${cause}` : ""}${tries}`;
  return cause ? html`<strong>Failed so far</strong>: ${cause}${tries}; next try ${next ? countdown(next) : ""}` : "Under way";
}
