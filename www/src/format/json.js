/**
 * Reads JSON so that it can be written again as it was: a number that a double
 * cannot hold keeps its digits, where the browser is able to.
 *
 * @param {string} text
 */
export function parseJson(text) {
  return JSON.parse(text, (_name, value, context) => {
    const source = context?.source;
    const isExact = typeof value !== "number" || source === undefined || source === String(value);
    return isExact || !JSON.rawJSON ? value : JSON.rawJSON(source);
  });
}

/** @param {unknown} value */
export function prettyJson(value) {
  return JSON.stringify(value, null, 2);
}
