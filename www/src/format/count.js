const number = new Intl.NumberFormat();

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function count(count, one, many = `${one}s`) {
  return `${number.format(count)} ${count === 1 ? one : many}`;
}
