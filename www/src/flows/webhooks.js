import { html } from "lit-html";
import { explain, SignedOut } from "../api/errors.js";
import { Webhooks } from "../api/webhooks.js";
import { ConfirmDialog, gone } from "../dialogs/confirm.js";
import { ShowTokenDialog } from "../dialogs/show-token.js";
import { WebhookDialog } from "../dialogs/webhook.js";
import { WebhookFormDialog } from "../dialogs/webhook-form.js";
import { WebhooksDialog } from "../dialogs/webhooks.js";
import { banner } from "../parts/banner.js";

/** @typedef {import("../api/webhooks.js").Webhook} Webhook */

/** The webhooks of the workspace, until they are left. @param {import("../app.js").App} app */
export async function manageWebhooks(app) {
  const { keyway, dialogs, notices, webhooks: list } = app;
  notices.dismiss();
  const webhooks = new Webhooks(keyway);
  for (;;) {
    const next = await dialogs.ask(new WebhooksDialog(() => keyway.webhooks()));
    if (!next) break;
    if (next === "add") {
      const made = await dialogs.ask(new WebhookFormDialog(webhooks));
      if (made && "secret" in made) await showSecret(app, made);
    } else await openWebhook(app, webhooks, next);
  }
  if (app.session.phase === "signed-in") await list.load();
}

/** What was told of a key, and its own webhook. @param {import("../app.js").App} app @param {import("../api/keyway.js").Key} key */
export async function keyWebhook(app, key) {
  const webhooks = new Webhooks(app.keyway);
  try {
    await openWebhook(app, webhooks, (await app.keyway.webhooks(key.id))[0], key);
  } catch (error) {
    if (!(error instanceof SignedOut)) app.notices.say({ tone: "bad", text: explain(error) });
  }
}

async function openWebhook(app, webhooks, webhook, key) {
  const { dialogs } = app;
  // Until one has arrived: an answer that was lost is asked for again.
  let attempt = crypto.randomUUID();
  const renew = async (id) => {
    const made = await webhooks.renew(id, attempt);
    attempt = crypto.randomUUID();
    return made.secret ? made : webhooks.renew(id, attempt);
  };
  for (;;) {
    const dialog = new WebhookDialog(webhooks, webhook, key);
    const next = await dialogs.ask(dialog);
    webhook = dialog.webhook;
    if (!next || !webhook) return;
    const { id, url } = webhook;
    if (next === "edit") {
      webhook = (await dialogs.ask(new WebhookFormDialog(webhooks, webhook))) ?? webhook;
      continue;
    }
    const isRemoval = next === "remove";
    const done = await dialogs.ask(
      new ConfirmDialog({
        title: isRemoval ? "Remove this webhook?" : "Make a new signing secret?",
        body: html`${banner(
            "warning",
            isRemoval
              ? html`<strong>This cannot be undone.</strong> What is on its way there is not tried again.`
              : "The old secret stays good for a day, so that the receiver can be changed over without missing anything.",
          )}
          <dl class="facts"><dt>Address</dt><dd><code>${url}</code></dd></dl>`,
        label: isRemoval ? "Remove webhook" : "Make new secret",
        busyLabel: isRemoval ? "Removing…" : "Making…",
        isGrave: isRemoval,
        work: () => (isRemoval ? gone(webhooks.remove(id)) : renew(id)),
      }),
    );
    if (done && isRemoval) return;
    if (done) {
      webhook = done.webhook;
      await showSecret(app, done);
    }
  }
}

/** @param {import("../app.js").App} app @param {{webhook: Webhook, secret: string}} made */
async function showSecret({ dialogs }, made) {
  const { secret } = made;
  // From here on only the dialog holds it.
  made.secret = "";
  await dialogs.ask(
    new ShowTokenDialog({
      title: "Save this signing secret now",
      lead: html`With it <code>${made.webhook.url}</code> can tell that a message is from this Keyway, with any library for Standard Webhooks.`,
      token: secret,
      works: "",
      isSecret: true,
    }),
  );
}
