// Stands in for the platform's binding that sends e-mail, as the local one of
// miniflare does: an entrypoint with `send`, which takes the parts of a letter. What
// it is given goes to the test.

import { WorkerEntrypoint } from "cloudflare:workers";

export default class extends WorkerEntrypoint {
  async send({ from, to, subject, text, html, ...more }) {
    if (Object.keys(more).length > 0) throw new Error(`unknown: ${Object.keys(more)}`);
    const letter = JSON.stringify({ from, to, subject, text, html });
    const answer = await this.env.SINK.fetch("http://mail/", { method: "POST", body: letter });
    if (!answer.ok) throw new Error("refused");
    return { messageId: "<1@mail>" };
  }
}
