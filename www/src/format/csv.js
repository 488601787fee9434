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

/**
 * Reads a table as spreadsheets write it: quoted or not, with any line ends, and
 * with a semicolon or a tab where a language has the comma for numbers.
 *
 * @param {string} text
 * @returns {string[][]} the rows that are not empty are where they are in the file
 */
export function readCsv(text) {
  const source = text.startsWith(BOM) ? text.slice(1) : text;
  const head = /^[^\r\n]*/u.exec(source)?.[0] ?? "";
  const separator = [",", ";", "\t"].find((one) => head.includes(one)) ?? ",";
  const rows = [[""]];
  let quoted = false;
  for (let at = 0; at < source.length; at += 1) {
    const char = source[at];
    const row = rows[rows.length - 1];
    const last = row.length - 1;
    if (quoted) {
      if (char !== '"') row[last] += char;
      else if (source[at + 1] === '"') row[last] += source[(at += 1)];
      else quoted = false;
    } else if (char === '"' && row[last] === "") quoted = true;
    else if (char === separator) row.push("");
    else if (char === "\n" || char === "\r") {
      if (char === "\r" && source[at + 1] === "\n") at += 1;
      rows.push([""]);
    } else row[last] += char;
  }
  if (quoted) throw new Error("a quoted cell does not end");
  return rows.map((row) => row.map((cell) => (/^'[=+\-@\t\r]/u.test(cell) ? cell.slice(1) : cell)));
}
