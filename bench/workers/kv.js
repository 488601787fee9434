// A KV namespace in the same workerd as the Worker that reads it: what it costs
// is the runtime's own, the same for everybody, and nothing of the load generator.

import { env } from "cloudflare:workers";

const values = new Map(
  Object.entries(env.INITIAL).map(([key, base64]) => [key, Uint8Array.fromBase64(base64)]),
);

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    const key = decodeURIComponent(pathname.slice(1));
    switch (request.method) {
      case "GET": {
        const value = values.get(key);
        return value === undefined ? new Response(null, { status: 404 }) : new Response(value);
      }
      case "PUT":
        values.set(key, new Uint8Array(await request.arrayBuffer()));
        return new Response(null, { status: 204 });
      case "DELETE":
        values.delete(key);
        return new Response(null, { status: 204 });
      default:
        return new Response(null, { status: 405 });
    }
  },
};
