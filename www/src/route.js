import { Observable } from "./model/observable.js";

/**
 * Where the reader is, in the fragment: `#/keys?status=revoked`. It can be
 * bookmarked and shared, the Back button works, and the server never sees it.
 */
export class Route extends Observable {
  parameters = new URLSearchParams();

  /** @param {string[]} sections the first is where one arrives */
  constructor(sections) {
    super();
    this.sections = sections;
    this.section = sections[0];
    addEventListener("hashchange", () => this.#read());
    this.#read();
  }

  /**
   * @param {string} section
   * @param {Record<string, string>} [parameters]
   */
  static link(section, parameters = {}) {
    const query = new URLSearchParams(parameters).toString();
    return `#/${section}${query && `?${query}`}`;
  }

  /**
   * Goes there at once, so that what is typed meanwhile is not lost.
   *
   * @param {string} link
   * @param {boolean} [instead] Back does not come here
   */
  go(link, instead = false) {
    if (link === location.hash) return;
    if (instead) history.replaceState(null, "", link);
    else history.pushState(null, "", link);
    this.#read();
  }

  #read() {
    const [section, query] = location.hash.replace(/^#\/?/u, "").split("?", 2);
    this.set({
      section: this.sections.includes(section) ? section : this.sections[0],
      parameters: new URLSearchParams(query ?? ""),
    });
  }
}
