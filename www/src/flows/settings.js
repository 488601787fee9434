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

  async sessions() {
    const { keyway, session, dialogs } = this.app;
    await dialogs.ask(new SessionsDialog(keyway, session));
  }
}
