// Runs statements in the object of the workspace, in place of the Worker.

export class Workspace {
  constructor(ctx) {
    this.sql = ctx.storage.sql;
  }

  async fetch(request) {
    const rows = this.sql.exec(await request.text()).toArray();
    return Response.json(rows);
  }
}

export class Feed {}

export default {
  fetch(request, env) {
    return env.WORKSPACE.getByName("default").fetch(request);
  },
};
