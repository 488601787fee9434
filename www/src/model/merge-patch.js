/**
 * What makes `after` of `before`, as a JSON Merge Patch (RFC 7396): null takes a
 * member away, and what is not named stays.
 *
 * @param {object} before
 * @param {object} after
 */
export function mergePatch(before, after) {
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  const changed = Object.entries(after).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(member(before, name)));
  // Not by assignment: a member may be called `__proto__`.
  return Object.fromEntries([
    ...gone.map((name) => [name, null]),
    ...changed.map(([name, value]) => [name, isObject(value) ? mergePatch(within(before, name), value) : value]),
  ]);
}

/**
 * A merge patch has no word for a member that becomes null.
 *
 * @param {object} before
 * @param {object} after
 * @returns {string | undefined} the first of those
 */
export function becomesNull(before, after) {
  for (const [name, value] of Object.entries(after)) {
    if (value === null && member(before, name) !== null) return name;
    const inner = isObject(value) ? becomesNull(within(before, name), value) : undefined;
    if (inner !== undefined) return inner;
  }
  return undefined;
}

function member(object, name) {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function within(object, name) {
  const value = member(object, name);
  return isObject(value) ? value : {};
}

/** @param {unknown} value */
export function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !JSON.isRawJSON?.(value);
}
