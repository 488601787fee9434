// The least a Worker can do with the same request: look at its credential and
// answer. `READS` says whether it waits for the body as well. The answer is one
// that Keyway gave, so that size and headers are the same.

import { env } from "cloudflare:workers";

const { status, headers, body } = env.ANSWER;
const good = { status, headers: Object.fromEntries(headers) };
const refused = { status: 401 };
const readsBody = env.READS === "body";

export default {
  async fetch(request) {
    if (request.headers.get("authorization") === null) return new Response(null, refused);
    if (readsBody) await request.text();
    return new Response(body, good);
  },
};
