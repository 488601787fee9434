// Signatures of Cloudflare Access, by the platform's RSASSA-PKCS1-v1_5
// (RFC 7518, section 3.3), with the keys of the team (a JSON Web Key Set,
// RFC 7517). They change every six weeks, and the old one stays good for a week.

const KEEP = 3_600_000;
// A token can name any key. So one that is not known makes us ask again, but not
// for each such token.
const AGAIN = 60_000;
const PATIENCE = 5_000;
const ALGORITHM = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
// 2048 bits, in base64url.
const SHORTEST = 342;

/** @type {Map<string, CryptoKey>} */
let keys = new Map();
let loaded = -Infinity;

async function load(address) {
  const answer = await fetch(address, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
  if (answer.status !== 200) throw new Error(`the keys of Access: status ${answer.status}`);
  const found = new Map();
  for (const { kty, kid, n, e } of (await answer.json()).keys) {
    if (kty !== "RSA" || typeof kid !== "string" || n.length < SHORTEST) continue;
    found.set(kid, await crypto.subtle.importKey("jwk", { kty, n, e }, ALGORITHM, false, ["verify"]));
  }
  keys = found;
  loaded = Date.now();
}

// Whether the signature is good; `undefined` where the team has no such key. The
// bytes are copied before anything is awaited: wasm's memory may move meanwhile.
export const isSigned = async (address, kid, text, signature) => {
  const [signed, by] = [new TextEncoder().encode(text), signature.slice()];
  const age = Date.now() - loaded;
  if (!(age >= 0 && age < (keys.has(kid) ? KEEP : AGAIN))) await load(address);
  const key = keys.get(kid);
  return key && crypto.subtle.verify(ALGORITHM.name, key, by, signed);
};
