/**
 * The core and the server say what is wrong in a clause, ready for a log; a
 * reader gets a sentence.
 *
 * @param {string} clause
 */
export function sentence(clause) {
  const text = clause.charAt(0).toUpperCase() + clause.slice(1);
  return /[.!?…]$/u.test(text) ? text : `${text}.`;
}
