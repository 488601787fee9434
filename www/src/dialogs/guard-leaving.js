/**
 * Makes the browser ask before the page is left: something on it, or on its way
 * to it, exists nowhere else.
 *
 * @returns {() => void} lets it go again
 */
export function guardLeaving() {
  const ask = (event) => event.preventDefault();
  addEventListener("beforeunload", ask);
  return () => removeEventListener("beforeunload", ask);
}
