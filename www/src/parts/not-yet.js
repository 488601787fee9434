import { html } from "lit-html";
import { keyNow } from "../model/key-now.js";
import { day } from "./moment.js";

/** Why a new token does not work at once, if it does not. @param {import("../api/keyway.js").Key} key */
export function notYet(key) {
  const { status, not_before } = keyNow(key);
  if (status === "blocked") return "The key is blocked: the token is refused until it is unblocked.";
  if (status === "scheduled" && not_before) return html`The key is not good yet: the token works from ${day(not_before)} on.`;
  return undefined;
}
