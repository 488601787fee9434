const format = new Intl.NumberFormat();

/** @param {number} value */
export function number(value) {
  return format.format(value);
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function count(count, one, many = `${one}s`) {
  return `${number(count)} ${count === 1 ? one : many}`;
}
