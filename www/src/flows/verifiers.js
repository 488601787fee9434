import { html } from "lit-html";
import { ConfirmDialog } from "../dialogs/confirm.js";
import { CreateVerifierDialog } from "../dialogs/create-verifier.js";
import { ShowTokenDialog } from "../dialogs/show-token.js";
import { banner } from "../parts/banner.js";
import { follow } from "./follow.js";

/** What a person does with verifiers, from the first click to the last message. */
export class VerifierFlows {
  /** @param {import("../app.js").App} app */
  constructor(app) {
    this.app = app;
  }

  async create() {
    const { keyway, verifiers, dialogs, notices } = this.app;
    notices.dismiss();
    const dialog = new CreateVerifierDialog(keyway);
    const created = await dialogs.ask(dialog);
    if (!created) {
      if (dialog.isUnsure) await verifiers.load();
      return;
    }
    const { verifier, token, reach } = created;
    // From here on only the dialog holds it.
    created.token = "";
    verifiers.add(verifier);
    await dialogs.ask(
      new ShowTokenDialog({
        title: "Save this token now",
        lead: html`The verifier “<bdi>${verifier.name}</bdi>” is created. It sends this token as
          <code>Authorization: Bearer</code> to <code>/v1/verify</code>.`,
        token,
        reach,
      }),
    );
    notices.say({ tone: "good", text: html`“<bdi>${verifier.name}</bdi>” can ask now whether a key is good.` });
    this.app.keepFocus();
  }

  /** @param {import("../api/keyway.js").Verifier} verifier */
  async remove(verifier) {
    const { keyway, verifiers, dialogs, notices } = this.app;
    notices.dismiss();
    const removed = await dialogs.ask(
      new ConfirmDialog({
        title: html`Remove “<bdi>${verifier.name}</bdi>”?`,
        body: html`${banner(
            "warning",
            html`<strong>This cannot be undone.</strong> The service that uses it gets no more answers, so it will refuse every
              client.`,
          )}
          <dl class="facts">
            <dt>Token</dt>
            <dd><code>${verifier.hint}</code></dd>
          </dl>`,
        label: "Remove verifier",
        busyLabel: "Removing…",
        work: () => keyway.removeVerifier(verifier.id),
      }),
    );
    if (!removed) return;
    verifiers.remove(verifier.id);
    this.app.keepFocus();
    await follow(this.app, {
      done: html`“<bdi>${verifier.name}</bdi>” is removed.`,
      risk: "it may still get answers",
      reach: removed.reach,
      repeat: () => keyway.removeVerifier(verifier.id),
    });
  }
}
