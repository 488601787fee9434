import { html } from "lit-html";
import { CreateWorkspaceDialog } from "../dialogs/create-workspace.js";
import { SessionsDialog } from "../dialogs/sessions.js";
import { SettingsDialog } from "../dialogs/settings.js";

/** What a person does with the settings. */
export class SettingsFlows {
  /** @param {import("../app.js").App} app */
  constructor(app) {
    this.app = app;
  }

  /** @param {import("../api/keyway.js").Settings} now */
  async edit(now) {
    const { keyway, settings, dialogs, notices } = this.app;
    notices.dismiss();
    const dialog = new SettingsDialog(keyway, now);
    const saved = await dialogs.ask(dialog);
    const latest = saved ?? dialog.latest;
    if (latest) settings.add(latest);
    if (saved) notices.say({ tone: "good", text: "The settings are saved." });
  }

  /** The root token alone can go to one that nobody is a member of. */
  async createWorkspace() {
    const { keyway, workspaces, session, dialogs, notices } = this.app;
    notices.dismiss();
    const made = await dialogs.ask(new CreateWorkspaceDialog(keyway));
    if (!made) return;
    void workspaces.load();
    notices.say({
      tone: "good",
      text: html`“<bdi>${made.name}</bdi>” is created. Sign in to it with the root token, and invite its first administrator.`,
      action: { label: "Sign in to it", busyLabel: "", run: () => session.another(made.name) },
    });
  }

  async sessions() {
    const { keyway, session, dialogs } = this.app;
    await dialogs.ask(new SessionsDialog(keyway, session));
  }
}
