import { checkToken } from "../core.js";
import { EVERYTHING, parametersOf, readQuery, searchable } from "../model/key-query.js";
import { Observable } from "../model/observable.js";
import { withoutToken } from "../model/token-guard.js";
import { EntryChoice } from "../parts/entry-choice.js";
import { Route } from "../route.js";

/** Long enough for the next letter, short enough not to be waited for. */
const PAUSE_MS = 250;

/**
 * How a person finds keys. What is asked for goes into the address first, and
 * from there to the list: so Back, a reload and a link lead to the same keys.
 */
export class Finding extends Observable {
  /** What stands in the field. */
  text = "";
  /** What was pasted and not searched for: a token, or what looks like one. @type {{search: string, isWhole: boolean} | null} */
  caught = null;
  /** Whether the filters are unfolded, where there is no room for them. */
  unfolded = false;

  #timer = 0;

  /** @param {import("../app.js").App} app */
  constructor(app) {
    super();
    this.app = app;
    const onChange = () => this.set();
    this.scope = new EntryChoice({ catalog: "scopes", entries: app.entries.scopes, onChange });
    this.account = new EntryChoice({ catalog: "accounts", entries: app.entries.accounts, onChange });
  }

  /** Shows what the address asks for. @param {URLSearchParams} parameters */
  async enter(parameters) {
    clearTimeout(this.#timer);
    const { keys, route, selection } = this.app;
    const query = readQuery(parameters);
    const given = parameters.get("search") ?? "";
    if (withoutToken(given).token) {
      // Not only must it not be sent: a browser remembers addresses.
      route.go(Route.link("keys", parametersOf(query)), true);
      void this.#caught(given);
      return;
    }
    if (this.caught?.search !== query.search) this.caught = null;
    if (searchable(this.text) !== query.search) this.text = query.search;
    // What is no longer in sight is not to be revoked.
    if (JSON.stringify(query) !== JSON.stringify(keys.query)) selection.clear();
    await keys.show(query);
  }

  /** @param {string} text */
  type(text) {
    clearTimeout(this.#timer);
    this.text = text;
    if (withoutToken(text).token) {
      this.text = searchable(text);
      void this.#caught(text);
      this.#ask();
    } else {
      this.#timer = setTimeout(() => this.#ask(), PAUSE_MS);
    }
  }

  /** Without the pause. */
  search() {
    clearTimeout(this.#timer);
    this.#ask();
  }

  /** @param {Partial<import("../model/key-query.js").KeyQuery>} change */
  narrow(change) {
    this.app.route.go(this.link(change));
  }

  /** Asks for everything again, in the same order. */
  clear() {
    this.set({ text: "", caught: null });
    this.app.route.go(Route.link("keys", parametersOf({ ...EVERYTHING, sort: this.app.keys.query.sort })));
  }

  /** What a link leads to that asks for this, too. @param {Partial<import("../model/key-query.js").KeyQuery>} change */
  link(change) {
    return Route.link("keys", parametersOf({ ...this.app.keys.query, search: searchable(this.text), ...change }));
  }

  /** The next person to sign in does not see what this one was looking for. */
  forget() {
    clearTimeout(this.#timer);
    this.set({ text: "", caught: null });
  }

  #ask() {
    const { query } = this.app.keys;
    // One step back leads to the list before the search, not through its letters.
    this.app.route.go(this.link({}), query.search !== "");
  }

  async #caught(text) {
    const { search, token } = withoutToken(text);
    this.set({ caught: { search, isWhole: false } });
    const isWhole = (await checkToken(token ?? "", "api")) === undefined;
    if (this.caught?.search === search) this.set({ caught: { search, isWhole } });
  }
}
