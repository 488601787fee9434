import { html, nothing } from "lit-html";
import { isInGrace } from "../model/key-now.js";
import { button } from "../parts/button.js";
import { menu } from "../parts/menu.js";

const ROTATABLE = ["active", "scheduled", "blocked"];

/**
 * What can be done to a key: the everyday thing beside it, the rest in a menu.
 *
 * @param {import("../api/keyway.js").Key} key
 * @param {import("../app.js").App} app
 */
export function keyActions(key, app) {
  const { keyFlows, rotationFlows } = app;
  const label = (text) => html`${text}<span class="visually-hidden"> <bdi>${key.name}</bdi></span>`;
  const kind = "button--plain button--small row__action";
  const erase = () => void keyFlows.delete(key);
  if (key.status === "revoked") return app.may("keys.delete") ? button({ label: label("Delete"), kind, onClick: erase }) : nothing;
  /** @type {[string, boolean, import("../parts/menu.js").Item][]} */
  const all = [
    ["keys.rotate", ROTATABLE.includes(key.status), { label: "Rotate", run: () => void rotationFlows.rotate(key) }],
    ["keys.reveal", key.recoverable, { label: "Show token", run: () => void keyFlows.reveal(key) }],
    ["keys.rotate", isInGrace(key), { label: "End the old token now", run: () => void rotationFlows.endOld(key) }],
    ["keys.block", true, { label: key.blocked ? "Unblock" : "Block", run: () => void keyFlows.block(key) }],
    ["keys.revoke", true, { label: "Revoke", run: () => void keyFlows.revoke(key), isGrave: true }],
    ["keys.delete", true, { label: "Delete", run: erase, isGrave: true }],
  ];
  const items = all.flatMap(([action, isPossible, item]) => (isPossible && app.may(action) ? [item] : []));
  const edit = () => button({ label: label("Edit"), kind: `${kind} row__action--calm`, onClick: () => void keyFlows.edit(key) });
  return html`${app.may("keys.edit") ? edit() : nothing}
  ${items.length === 0 ? nothing : menu({
    id: `menu-${key.id}`,
    label: label("More"),
    kind: `${kind} row__action--calm row__more`,
    title: `More for ${key.name}`,
    items,
  })}`;
}
