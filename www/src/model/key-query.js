import { toRfc3339 } from "../format/time.js";
import { withoutToken } from "./token-guard.js";

const DAY_MS = 86_400_000;
/** The server searches for so many characters at most. */
const LONGEST_SEARCH = 200;
const ENTRY = /^[a-z0-9][a-z0-9:._-]{0,63}$/u;
const ENDED = ["expired", "revoked"];

/** What each parameter of the address may be. Whatever else is there is ignored. */
const FORMS = {
  search: /\S/u,
  status: /^(?:active|scheduled|blocked|expired|revoked|all)$/u,
  environment: /^(?:live|test)$/u,
  scope: ENTRY,
  account: ENTRY,
  expires: /^(?:7|30)d$/u,
  use: /^(?:never|90d)$/u,
  created_by: /^mem_[0-9A-Za-z]{22}$/u,
  shown_to: /^mem_[0-9A-Za-z]{22}$/u,
  sort: /^(?:created|name|expires|-used|used)$/u,
};

/**
 * Which keys are listed, and in which order: what stands in the address. An
 * empty one asks for nothing; without a status all but the revoked are listed,
 * without a sort the newest come first.
 *
 * @typedef {Record<keyof typeof FORMS, string>} KeyQuery
 */

/** @type {KeyQuery} */
export const EVERYTHING = /** @type {KeyQuery} */ (Object.fromEntries(Object.keys(FORMS).map((name) => [name, ""])));

/** @param {URLSearchParams} parameters @returns {KeyQuery} */
export function readQuery(parameters) {
  const query = { ...EVERYTHING };
  for (const [name, form] of Object.entries(FORMS)) {
    const value = parameters.get(name) ?? "";
    if (form.test(value)) query[name] = value;
  }
  query.search = searchable(query.search);
  // What is over does not end soon.
  if (ENDED.includes(query.status)) query.expires = "";
  return query;
}

/** What a text is searched as. @param {string} text */
export function searchable(text) {
  const { search } = withoutToken(text);
  return [...search.split(/\s+/u).filter(Boolean).join(" ")].slice(0, LONGEST_SEARCH).join("").trim();
}

/** What of it goes into the address. @param {KeyQuery} query @returns {Record<string, string>} */
export function parametersOf(query) {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value));
}

/** What of it is not shown by the order alone. @param {KeyQuery} query */
export function isNarrowed({ sort: _, ...conditions }) {
  return Object.values(conditions).some(Boolean) && JSON.stringify(parametersOf(conditions)) !== `{"status":"all"}`;
}

/**
 * As the server is asked.
 *
 * @param {KeyQuery} query
 * @returns {Record<string, string>}
 */
export function asked({ status, expires, use, ...rest }) {
  const at = (days) => toRfc3339(new Date(Date.now() + days * DAY_MS));
  return {
    ...rest,
    status: expires && (status === "" || status === "all") ? "scheduled,active,blocked" : status,
    expires_before: expires && at(Number.parseInt(expires, 10)),
    never_used: use === "never" ? "true" : "",
    unused_since: use === "90d" ? at(-90) : "",
  };
}
