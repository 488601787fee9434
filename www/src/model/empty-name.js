/** Words that do not tell who uses a key, or for what. */
const WORDS = new Set(
  "a abc an api apikey bar default demo example foo key keys my name new old secret temp test testing the tmp todo token untitled".split(" "),
);

/** Where a hand runs that has nothing to say. */
const KEYBOARD = "qwertyuiop asdfghjkl zxcvbnm";

/**
 * Whether a name helps nobody to recognise the key. One in another script than
 * the English one is given the benefit of the doubt.
 *
 * @param {string} name
 */
export function isEmptyName(name) {
  const words = name.toLowerCase().split(/[^\p{L}\p{M}\p{N}]+/u).filter(Boolean);
  return words.length > 0 && words.every(saysNothing);
}

function saysNothing(word) {
  const stem = word.replace(/\d+$/u, "");
  return stem === "" || WORDS.has(stem) || /^([a-z])\1*$/u.test(stem) || (stem.length > 2 && KEYBOARD.includes(stem));
}
