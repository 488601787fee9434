// Stands before the real objects and asks the test, before and after, whether a
// call may pass. One service for each place that calls. See tests/src/gate.rs.
// The objects are in another service, or behind OBJECTS in another process.

class Gate {
  constructor(state, env, binding) {
    this.name = state.id.name;
    this.control = env.GATE;
    this.from = env.FROM;
    this.objects = env[binding];
    this.elsewhere = env.OBJECTS;
  }

  async fetch(request) {
    // Read first: a refusal with an unread body would look like a broken connection.
    const body = request.body === null ? null : await request.arrayBuffer();
    const before = await this.ask("before");
    if (before === "fail") throw new Error("the gate is shut");
    if (before === "nonsense") return new Response("<h1>nonsense</h1>", { status: 500 });
    const { status, headers, whole } = await this.pass(request, body).catch((error) => {
      throw new Error(`the gate has nobody behind it: ${error}`);
    });
    if ((await this.ask("after")) === "fail") throw new Error("the gate lost the answer");
    return new Response(status === 204 ? null : whole, { status, headers });
  }

  async pass({ method, headers, url }, body) {
    let answer;
    if (this.elsewhere) {
      const to = new Headers(headers);
      to.set("x-test-object", `${this.constructor.name}/${this.name}`);
      answer = await this.elsewhere.fetch(url, { method, headers: to, body });
    } else {
      answer = await this.objects.getByName(this.name).fetch(url, { method, headers, body });
    }
    return { status: answer.status, headers: answer.headers, whole: await answer.arrayBuffer() };
  }

  async ask(when) {
    const way = `${this.from}/${this.constructor.name}/${this.name}`;
    const answer = await this.control.fetch(`http://gate/${when}/${way}`, { method: "POST" });
    return answer.text();
  }
}

export class Workspace extends Gate {
  constructor(state, env) {
    super(state, env, "WORKSPACE");
  }
}

export class Feed extends Gate {
  constructor(state, env) {
    super(state, env, "FEED");
  }
}

export default {
  fetch() {
    return new Response("nobody calls this", { status: 404 });
  },
};
