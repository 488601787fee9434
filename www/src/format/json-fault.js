/**
 * Where a text stops being JSON, and why: browsers say it each in their own way,
 * and some not at all. A member that is there twice would lose one of its values.
 *
 * @param {string} text
 * @returns {string | undefined}
 */
export function jsonFault(text) {
  let at = 0;
  const take = (pattern) => {
    at += /^[ \t\n\r]*/u.exec(text.slice(at))[0].length;
    const found = pattern.exec(text.slice(at))?.[0];
    at += found?.length ?? 0;
    return found;
  };
  const need = (pattern, what) => take(pattern) ?? fail(what);
  const items = (end, item) => {
    if (take(end)) return;
    do item();
    while (take(/^,/u));
    need(end, `a comma or ${end.source.slice(-1)} is missing here`);
  };
  const value = () => {
    if (take(/^\{/u)) {
      const names = new Set();
      items(/^\}/u, () => {
        const name = need(STRING, "the name of a member is missing here, in double quotes");
        if (names.has(JSON.parse(name))) fail(`${name} is there twice`);
        names.add(JSON.parse(name));
        need(/^:/u, "a colon is missing here");
        value();
      });
    } else if (take(/^\[/u)) items(/^\]/u, value);
    else if (!take(STRING) && !take(SCALAR)) fail("no value begins here; a text needs double quotes");
  };
  try {
    value();
    if (take(/^./su)) fail("something follows its end");
    return undefined;
  } catch (error) {
    const lines = text.slice(0, at).split("\n");
    return `${error.message} (line ${lines.length}, column ${lines[lines.length - 1].length + 1})`;
  }
}

const STRING = /^"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/u;
const SCALAR = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/u;

/** @param {string} what @returns {never} */
function fail(what) {
  throw new Error(what);
}
