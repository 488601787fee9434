/** Whether somebody should look at it. @param {import("../api/webhooks.js").Webhook} webhook */
export function isFailing({ active, disabled_why: why, recent_failures: failures }) {
  return active ? failures > 0 : why !== "by_hand";
}
