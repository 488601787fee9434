import { readFileSync } from "node:fs";

/**
 * Some screens need a server in a state that a real one is hard to bring to:
 * down, slow, empty, a year old. These answer in its place, in the shapes that
 * the other tests see from the real one.
 */

const json = (body, status = 200) => ({
  status,
  contentType: status < 400 ? "application/json" : "application/problem+json",
  body: JSON.stringify(body),
});

export const problem = (status, code, detail, errors, help) =>
  json({ type: "about:blank", title: code, status, detail, code, ...(errors && { errors }), ...help }, status);

/** The settings of a workspace in which nobody has settled anything but that. */
export const settings = ({ bound_seconds = 10, ...settled } = {}) =>
  json({
    settings: {
      version: 1,
      docs_url: null,
      support_contact: null,
      locked_by_default: false,
      notices: { expiry_days: [14, 3, 1, 0], unused_days: 90, email_contacts: true },
      ...settled,
    },
    bound_seconds,
    email: false,
  });

/** A file that the API takes as a picture: `png`, `jpeg` or `webp-lossy`. @param {string} name */
export const picture = (name) => readFileSync(new URL(`../../../fuzz/corpus/avatar/${name}`, import.meta.url));

/**
 * How far a change has got, as the answer to it says: to every region but these.
 *
 * @param {...string} pending
 */
export const propagation = (...pending) => ({
  regions: Object.fromEntries(["enam", "weur", "apac"].map((region) => [region, pending.includes(region) ? "pending" : "confirmed"])),
  bound_seconds: 10,
});

export const list = (items, next_cursor = null) => json({ items, next_cursor });

/**
 * @param {import("@playwright/test").Page} page
 * @param {"GET" | "POST" | "PUT" | "PATCH" | "DELETE"} method
 * @param {string | RegExp} path
 * @param {object | ((route: import("@playwright/test").Route, call: number) => unknown)} answer
 */
export async function stub(page, method, path, answer) {
  let calls = 0;
  const fits = (url) => (path instanceof RegExp ? path.test(url.pathname) : url.pathname === path);
  await page.route(fits, (route) => {
    if (route.request().method() !== method) return route.fallback();
    calls += 1;
    return typeof answer === "function" ? answer(route, calls) : route.fulfill(answer);
  });
}

/** Which of the keys a list is asked for, roughly as the server finds them. */
export function matching(keys, query) {
  const asked = (name, fits) => (key) => !query.get(name) || fits(key, query.get(name));
  const grants = (granted, id) => granted.includes(id) || granted.includes("*");
  const conditions = [
    (key) => (query.get("status") === "all" ? true : (query.get("status") ?? "scheduled,active,blocked,expired").split(",").includes(key.status)),
    asked("search", (key, text) => `${key.name}\n${key.hint}\n${key.id}`.toLowerCase().includes(text.toLowerCase())),
    asked("environment", (key, environment) => key.environment === environment),
    asked("scope", (key, id) => grants(key.scopes, id)),
    asked("account", (key, id) => grants(key.accounts, id)),
    asked("created_by", (key, id) => key.created_by.id === id),
    asked("never_used", (key) => !key.last_used_at),
    asked("unused_since", (key, since) => key.created_at < since && (key.last_used_at ?? "") < since),
  ];
  return keys.filter((key) => conditions.every((holds) => holds(key)));
}

/** How many of the keys are in each status. */
export const counts = (keys) =>
  json(Object.fromEntries(["scheduled", "active", "blocked", "expired", "revoked"].map((status) => [status, keys.filter((key) => key.status === status).length])));

/** The peppers of a workspace; one is in force unless it says otherwise. */
export const pepper = (rest = {}) => json({ current: 1, previous: null, records: 0, republished: 0, previous_may_go_at: null, ...rest });

/** A workspace with that in it. */
export async function workspace(page, { keys = [], revoked = [], scopes = [], accounts = [], verifiers = [], members = [], reviews = [], settled = {} }) {
  const all = [...keys, ...revoked];
  await stub(page, "GET", "/v1/keys", (route) => route.fulfill(list(matching(all, new URL(route.request().url()).searchParams))));
  await stub(page, "GET", "/v1/keys/counts", counts(all));
  await stub(page, "GET", /\/avatar$/u, { status: 200, contentType: "image/png", body: picture("png") });
  await stub(page, "GET", "/v1/scopes", list(scopes));
  await stub(page, "GET", "/v1/accounts", list(accounts));
  await stub(page, "GET", "/v1/verifiers", list(verifiers));
  await stub(page, "GET", "/v1/members", list(members));
  await stub(page, "GET", "/v1/reviews", list(reviews));
  await stub(page, "GET", "/v1/settings", settings(settled));
  await stub(page, "GET", "/v1/pepper", pepper());
  await stub(page, "GET", "/v1/workspaces", list([{ name: "default", created_at: "2026-01-01T00:00:00Z" }]));
}

/** An answer that never comes: what the page shows while it waits. */
export const never = () => new Promise(() => {});
