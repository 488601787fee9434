/** So that a spreadsheet reads it as UTF-8. */
const BOM = "\uFEFF";
/** What a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@\t\r]/u;

/**
 * Comma-separated values as RFC 4180 has them. A cell that a spreadsheet would
 * run as a formula begins with an apostrophe: the names come from anybody.
 *
 * @param {(string | number | null | undefined)[][]} rows
 */
export function csv(rows) {
  return BOM + rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(value) {
  const text = String(value ?? "");
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
