// Runs statements in the object of the workspace, in place of the Worker.

export class Workspace {
  constructor(ctx) {
    this.storage = ctx.storage;
  }

  async fetch(request) {
    const statements = await request.text();
    if (statements === "") return Response.json(await this.storage.getAlarm());
    return Response.json(this.storage.sql.exec(statements).toArray());
  }
}

export class Feed {}

export default {
  fetch(request, env) {
    return env.WORKSPACE.getByName("default").fetch(request);
  },
};
