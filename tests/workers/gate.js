// Stands before the real Workspace object and asks the test, before and after,
// whether a call may pass. See tests/src/gate.rs.

export class Workspace {
  constructor(state, env) {
    this.name = state.id.name;
    this.env = env;
  }

  async fetch(request) {
    // Read first: a refusal with an unread body would look like a broken connection.
    const body = request.body === null ? null : await request.arrayBuffer();
    const before = await this.ask("before");
    if (before === "fail") throw new Error("the gate is shut");
    if (before === "nonsense") return new Response("<h1>nonsense</h1>", { status: 500 });
    const { method, headers, url } = request;
    const answer = await this.env.WORKSPACE.getByName(this.name).fetch(url, { method, headers, body });
    const whole = await answer.arrayBuffer();
    if ((await this.ask("after")) === "fail") throw new Error("the gate lost the answer");
    return new Response(answer.status === 204 ? null : whole, { status: answer.status, headers: answer.headers });
  }

  async ask(when) {
    const answer = await this.env.GATE.fetch(`http://gate/${when}`, { method: "POST" });
    return answer.text();
  }
}

export default {
  fetch() {
    return new Response("nobody calls this", { status: 404 });
  },
};
