import { ExportKeysDialog } from "../dialogs/export-keys.js";
import { saveTable } from "../dialogs/save-file.js";
import { count } from "../format/count.js";
import { csv } from "../format/csv.js";
import { toDateField } from "../format/time.js";
import { keyTable } from "../model/key-table.js";

/** Saves the keys that are asked for as a table. @param {import("../app.js").App} app */
export async function exportKeys({ keyway, keys, dialogs, notices }) {
  notices.dismiss();
  const found = await dialogs.ask(new ExportKeysDialog(keyway, keys.query));
  if (!found) return;
  saveTable(csv(keyTable(found)), `keys-${toDateField(new Date())}.csv`);
  notices.say({ tone: "good", text: `${count(found.length, "key")} exported, without their tokens.` });
}
