import { html } from "lit-html";
import { explain, Problem, SignedOut } from "../api/errors.js";
import { ConfirmDialog, gone } from "../dialogs/confirm.js";
import { EntryFormDialog } from "../dialogs/entry-form.js";
import { catalogs } from "../model/catalogs.js";
import { undo } from "./undo.js";

/** What a person does with scopes or accounts, from the first click to the last message. */
export class CatalogFlows {
  /**
   * @param {import("../app.js").App} app
   * @param {import("../api/keyway.js").Catalog} catalog
   */
  constructor(app, catalog) {
    this.app = app;
    this.catalog = catalog;
  }

  get #entries() {
    return this.app.entries[this.catalog];
  }

  async create() {
    const { keyway, dialogs, notices } = this.app;
    notices.dismiss();
    const entry = await dialogs.ask(new EntryFormDialog(keyway, this.catalog));
    if (!entry) return;
    this.#entries.add(entry);
    notices.say({ tone: "good", text: html`“<bdi>${entry.name}</bdi>” can be granted now.` });
    this.app.keepFocus();
  }

  /** @param {import("../api/keyway.js").Entry} entry */
  async edit(entry) {
    const { keyway, dialogs, notices } = this.app;
    notices.dismiss();
    const dialog = new EntryFormDialog(keyway, this.catalog, entry);
    const edited = await dialogs.ask(dialog);
    const latest = edited ?? dialog.latest;
    if (latest) this.#entries.add(latest);
    if (edited) notices.say({ tone: "good", text: html`“<bdi>${edited.name}</bdi>” is saved.` });
  }

  /** No question is asked: it is undone as easily. @param {import("../api/keyway.js").Entry} entry */
  async retire(entry) {
    const retired = await this.#change(entry, { retired: true });
    if (retired) this.app.notices.say({ tone: "good", text: retirement(retired), undo: this.#undo(retired) });
  }

  /** @param {import("../api/keyway.js").Entry} entry */
  async putBack(entry) {
    const back = await this.#change(entry, { retired: false });
    if (back) this.app.notices.say({ tone: "good", text: retirement(back), undo: this.#undo(back) });
  }

  /** @param {import("../api/keyway.js").Entry} changed */
  #undo(changed) {
    const { keyway } = this.app;
    const { id, retired } = changed;
    return undo(this.app, {
      work: async () => {
        const entry = await keyway.editEntry(this.catalog, changed, { retired: !retired });
        this.#entries.add(entry);
        return retirement(entry);
      },
      look: async () => this.#entries.add(await keyway.entry(this.catalog, id)),
      focus: `[data-entry="${CSS.escape(id)}"] th`,
    }).run;
  }

  /** @param {import("../api/keyway.js").Entry} entry */
  async delete(entry) {
    const { keyway, dialogs, notices } = this.app;
    notices.dismiss();
    const { one } = catalogs[this.catalog];
    const deleted = await dialogs.ask(
      new ConfirmDialog({
        title: html`Delete “<bdi>${entry.name}</bdi>”?`,
        body: html`<p>
            Only ${one === "account" ? "an" : "a"} ${one} that no key has can be deleted. One that is retired stays in the keys
            that have it, and can no longer be granted.
          </p>
          <dl class="facts">
            <dt>Id</dt>
            <dd><code>${entry.id}</code></dd>
          </dl>`,
        label: `Delete ${one}`,
        busyLabel: "Deleting…",
        work: () => gone(keyway.deleteEntry(this.catalog, entry.id)),
      }),
    );
    if (!deleted) return;
    this.#entries.remove(entry.id);
    notices.say({ tone: "good", text: html`“<bdi>${entry.name}</bdi>” is deleted.` });
    this.app.keepFocus();
  }

  /** One member says all there is to say, so a lost race is run again on what is there now. */
  async #change(entry, change) {
    const { keyway, notices } = this.app;
    notices.dismiss();
    try {
      let changed;
      try {
        changed = await keyway.editEntry(this.catalog, entry, change);
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "precondition_failed") throw error;
        changed = await keyway.editEntry(this.catalog, await keyway.entry(this.catalog, entry.id), change);
      }
      this.#entries.add(changed);
      this.app.keepFocus(`[data-entry="${CSS.escape(entry.id)}"] th`);
      return changed;
    } catch (error) {
      if (error instanceof Problem && error.status === 404) this.#entries.remove(entry.id);
      if (!(error instanceof SignedOut)) notices.say({ tone: "bad", text: explain(error) });
      return undefined;
    }
  }
}

/** @param {import("../api/keyway.js").Entry} entry */
function retirement({ name, retired }) {
  return html`“<bdi>${name}</bdi>” ${retired ? "is retired. Keys that have it keep it; no other gets it." : "can be granted again."}`;
}
