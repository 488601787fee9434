// Stands before the real objects and asks the test, before and after, whether a
// call may pass. One service for each place that calls. See tests/src/gate.rs.

class Gate {
  constructor(state, env, binding) {
    this.name = state.id.name;
    this.control = env.GATE;
    this.from = env.FROM;
    this.objects = env[binding];
  }

  async fetch(request) {
    // Read first: a refusal with an unread body would look like a broken connection.
    const body = request.body === null ? null : await request.arrayBuffer();
    const before = await this.ask("before");
    if (before === "fail") throw new Error("the gate is shut");
    if (before === "nonsense") return new Response("<h1>nonsense</h1>", { status: 500 });
    const { method, headers, url } = request;
    const answer = await this.objects.getByName(this.name).fetch(url, { method, headers, body });
    const whole = await answer.arrayBuffer();
    if ((await this.ask("after")) === "fail") throw new Error("the gate lost the answer");
    return new Response(answer.status === 204 ? null : whole, { status: answer.status, headers: answer.headers });
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
