// The door to the objects of this process, for gates in another one.

export default {
  async fetch(request, env) {
    const [name, object] = request.headers.get("x-test-object").split("/");
    const body = request.body === null ? null : await request.arrayBuffer();
    const headers = new Headers(request.headers);
    headers.delete("x-test-object");
    headers.delete("content-length");
    return env[name.toUpperCase()].getByName(object).fetch(request.url, { method: request.method, headers, body });
  },
};
