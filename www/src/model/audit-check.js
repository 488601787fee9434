import { sha256 } from "../format/sha256.js";

/** Of an entry: its hash, the one before, and the rest, which both cover. */
const LINE = /^\{"hash":"([\da-f]{64})","previous":"([\da-f]{64})",(.*)$/su;

/**
 * Checks an export as `audit/chain.rs` of the core does, but with the SHA-256 that
 * every browser has: the core's would be 2.4 KB more to load.
 *
 * @param {string[]} lines
 * @returns {Promise<{at: number, why: string} | undefined>} where it breaks first, counted from 0
 */
export async function broken(lines) {
  let last;
  for (const [at, text] of lines.entries()) {
    const [, hash, previous, rest] = LINE.exec(text) ?? [];
    if (!hash) return { at, why: "is no entry of an audit log" };
    const link = previous.match(/../gu).map((digits) => Number.parseInt(digits, 16));
    if ((await sha256(Uint8Array.of(...link, ...new TextEncoder().encode(`{${rest}`)))) !== hash) return { at, why: "was changed" };
    if (last && last !== previous) return { at, why: "does not follow the one before it: something was taken out, put in or moved there" };
    last = hash;
  }
}
