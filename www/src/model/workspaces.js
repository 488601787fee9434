const KEY = "workspaces";
const VOUCHED = "access";

/**
 * In which workspaces this browser is signed in, and which of them this window
 * shows. Their names are kept, and nothing of what is in them; where nothing can be
 * kept, this window alone remembers. The server decides who is signed in where.
 */
export class Workspaces {
  /** Those that this browser was signed in to last come first. @type {string[]} */
  #names = read(localOf);
  /** What this window shows. */
  current = read(windowOf)[0] ?? this.#names[0] ?? "default";

  /** Also those that other windows have signed in to since. */
  get names() {
    const kept = read(localOf);
    return kept.length ? kept : this.#names;
  }

  /** Whether Cloudflare Access knew whoever looked last: it is asked only where nobody is signed in. */
  get vouched() {
    return read(localOf, VOUCHED).length > 0;
  }

  set vouched(vouched) {
    write(localOf, vouched ? "yes" : "", VOUCHED);
  }

  /** The others. */
  get others() {
    return this.names.filter((name) => name !== this.current);
  }

  /** Whether there is more to say than that it is the only one. */
  get several() {
    return this.names.length > 1 || this.current !== "default";
  }

  /** Somebody is signed in there, in this window. @param {string} name */
  enter(name) {
    this.show(name);
    this.#keep([name, ...this.others]);
  }

  /** This window shows it from now on. @param {string} name */
  show(name) {
    this.current = name;
    write(windowOf, name);
  }

  /** Nobody is signed in there any more; the window stays there. */
  leave() {
    this.#keep(this.others);
  }

  #keep(names) {
    this.#names = names;
    write(localOf, names.join(" "));
  }
}

const localOf = () => localStorage;
const windowOf = () => sessionStorage;

/** @param {() => Storage} storage */
function read(storage, key = KEY) {
  try {
    return (storage().getItem(key) ?? "").split(" ").filter(Boolean);
  } catch {
    return [];
  }
}

/** @param {() => Storage} storage @param {string} value */
function write(storage, value, key = KEY) {
  try {
    storage().setItem(key, value);
  } catch {
    // A browser may keep nothing.
  }
}
