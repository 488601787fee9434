import { generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:http";

/** Cloudflare Access, as far as Keyway sees it: tokens, and the keys to check them with. */
export async function startTeam() {
  const address = process.env.KEYWAY_TEAM;
  const pairs = Object.fromEntries(["one", "two"].map((kid) => [kid, generateKeyPairSync("rsa", { modulusLength: 2048 })]));
  const jwk = (kid) => ({ ...pairs[kid].publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" });
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const team = {
    address,
    /** Which keys it has now. */
    has: ["one"],
    /** How often it was asked for them. */
    asked: 0,
    /** @param {string} kid @param {string} text */
    signature: (kid, text) => sign("RSA-SHA256", Buffer.from(text), pairs[kid].privateKey),
    /** What Access would add to each request of that person. @param {string} email */
    headers(email) {
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: address, aud: ["page"], email, iat: now, nbf: now, exp: now + 600 };
      const signed = `${part({ alg: "RS256", kid: "one" })}.${part(claims)}`;
      return { "cf-access-jwt-assertion": `${signed}.${team.signature("one", signed).toString("base64url")}` };
    },
    stop: () => new Promise((stopped) => server.close(stopped)),
  };
  const server = createServer((_, answer) => {
    team.asked += 1;
    answer.end(JSON.stringify({ keys: team.has.map(jwk) }));
  });
  await new Promise((listening) => server.listen(Number(new URL(address).port), "localhost", listening));
  return team;
}
