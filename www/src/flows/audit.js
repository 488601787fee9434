import { ExportDialog } from "../dialogs/export.js";
import { saveFile } from "../dialogs/save-file.js";
import { count } from "../format/count.js";
import { csv } from "../format/csv.js";
import { parseJson } from "../format/json.js";
import { toDateField } from "../format/time.js";

const COLUMNS = ["number", "at", "event", "by", "by_name", "via", "about", "name", "reason", "address", "request", "before", "after", "hash"];

/** Saves the whole log, byte for byte as it was hashed. @param {import("../app.js").App} app */
export async function exportLog(app) {
  const lines = await read(app, "Export as NDJSON", {});
  if (lines) save(app, lines, lines.map((line) => `${line}\n`).join(""), "ndjson", "application/x-ndjson");
}

/** Saves what is asked for as a table. @param {import("../app.js").App} app */
export async function exportTable(app) {
  const lines = await read(app, "Export as CSV", app.log.asked);
  const cell = (value) => (typeof value === "object" && value ? JSON.stringify(value) : value);
  const row = (line) => {
    const entry = parseJson(line);
    return COLUMNS.map((name) => cell(entry[name]));
  };
  if (lines) save(app, lines, csv([COLUMNS, ...lines.map(row)]), "csv");
}

function read({ keyway, dialogs, notices }, title, asked) {
  notices.dismiss();
  return dialogs.ask(new ExportDialog({ title, what: ["entry", "entries"], read: (page) => keyway.auditLines({ ...asked, ...page }) }));
}

function save({ notices }, lines, text, kind, type) {
  saveFile(text, `activity-${toDateField(new Date())}.${kind}`, type);
  notices.say({ tone: "good", text: `${count(lines.length, "entry", "entries")} exported.` });
}
