// The least a Worker can do with the same request: look at its credential and
// answer. `READS` says whether it waits for the body as well. The answer is one
// that Keyway gave, so that size and headers are the same.

import { env } from "cloudflare:workers";

const { status, headers, body } = env.ANSWER;
// As in Keyway's `entry.js`: nothing costs less in this place.
const good = new Response(null, { status, headers });
const refused = { status: 401 };

function answer(request) {
  if (request.headers.get("authorization") === null) return new Response(null, refused);
  return new Response(body, good);
}

async function answerWhenRead(request) {
  await request.text();
  return answer(request);
}

export default { fetch: env.READS === "body" ? answerWhenRead : answer };
