import { ImportKeysDialog } from "../dialogs/import-keys.js";
import { ImportResultsDialog } from "../dialogs/import-results.js";

/** Keys of an older system, out of a file. @param {import("../app.js").App} app */
export async function importKeys(app) {
  const { keyway, keys, session, dialogs, notices } = app;
  const member = session.current?.member.id;
  notices.dismiss();
  const outcome = await dialogs.ask(new ImportKeysDialog(keyway));
  // What one person began is not for the next one to see.
  if (!outcome || session.current?.member.id !== member) return;
  void keys.load();
  await dialogs.ask(new ImportResultsDialog(outcome));
  app.keepFocus();
}
