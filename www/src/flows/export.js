import { ExportDialog } from "../dialogs/export.js";
import { saveFile } from "../dialogs/save-file.js";
import { count } from "../format/count.js";
import { csv } from "../format/csv.js";
import { toDateField } from "../format/time.js";
import { asked } from "../model/key-query.js";
import { keyTable } from "../model/key-table.js";

/** As many as the server gives at once. */
const PAGE = "100";

/** Saves the keys that are asked for as a table. @param {import("../app.js").App} app */
export async function exportKeys({ keyway, keys, dialogs, notices }) {
  notices.dismiss();
  const query = { ...asked(keys.query), limit: PAGE };
  const found = await dialogs.ask(new ExportDialog({ title: "Export as CSV", what: ["key"], read: (page) => keyway.keys({ ...query, ...page }) }));
  if (!found) return;
  saveFile(csv(keyTable(found)), `keys-${toDateField(new Date())}.csv`);
  notices.say({ tone: "good", text: `${count(found.length, "key")} exported, without their tokens.` });
}
