import { generateKeyPairSync, sign } from "node:crypto";
import { createServer } from "node:http";

/** Cloudflare Access, as far as Keyway sees it: tokens, and the keys to check them with. */
export async function startTeam() {
  const address = process.env.KEYWAY_TEAM;
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const keys = [{ ...publicKey.export({ format: "jwk" }), kid: "one", alg: "RS256", use: "sig" }];
  const server = createServer((_, answer) => answer.end(JSON.stringify({ keys })));
  await new Promise((listening) => server.listen(Number(new URL(address).port), "localhost", listening));
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return {
    /** What Access would add to each request of that person. @param {string} email */
    headers(email) {
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: address, aud: ["page"], email, iat: now, nbf: now, exp: now + 600 };
      const signed = `${part({ alg: "RS256", kid: "one" })}.${part(claims)}`;
      const signature = sign("RSA-SHA256", Buffer.from(signed), privateKey).toString("base64url");
      return { "cf-access-jwt-assertion": `${signed}.${signature}` };
    },
    stop: () => new Promise((stopped) => server.close(stopped)),
  };
}
