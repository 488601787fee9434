import { readCsv } from "../format/csv.js";
import { jsonFault } from "../format/json-fault.js";
import { parseJson } from "../format/json.js";
import { hex, sha256 } from "../format/sha256.js";
import { endOfDay, fromDateField, toRfc3339 } from "../format/time.js";

/**
 * A key of a file, as it is sent, and where it stands there.
 *
 * @typedef {{row: number, body: import("../api/keyway.js").NewKey & {sha256?: string, hint?: string}}} ImportKey
 * @typedef {{row: number, name: string, why: string}} ImportFault
 *
 * @typedef {object} ImportFile
 * @property {string} name
 * @property {ImportKey[]} keys
 * @property {ImportFault[]} faults rows that are not keys
 * @property {string[]} unknown columns that no key has
 */

const list = (text) => text.split(/[\s;,]+/u).filter(Boolean);

const truth = (text) => {
  if (/^(true|yes|1)$/iu.test(text)) return true;
  if (/^(false|no|0)$/iu.test(text)) return false;
  return fail("is neither true nor false");
};

/** A day is a whole one in the reader's zone. */
const moment = (ends) => (text) => {
  const day = fromDateField(text);
  if (day) return toRfc3339(ends ? endOfDay(day) : day);
  return /^\d{4}-\d{2}-\d{2}T/u.test(text) ? text : fail("is no date; write 2027-01-31 or 2027-01-31T12:00:00Z");
};

const contact = (text) => {
  const parts = /^(.*?)\s*<([^<>]+)>$/u.exec(text.trim());
  return { name: (parts?.[1] ?? text).trim() || text.trim(), email: (parts?.[2] ?? text).trim() };
};

const metadata = (text) => {
  const fault = jsonFault(text);
  if (fault) fail(`is no JSON: ${fault}`);
  return parseJson(text);
};

/** How a cell of each column is read. @type {Record<string, (text: string) => unknown>} */
const COLUMNS = {
  name: String,
  description: String,
  environment: (text) => text.toLowerCase(),
  scopes: list,
  accounts: list,
  allowed_ips: list,
  metadata,
  webhook_url: String,
  contacts: (text) => text.split(";").filter((one) => one.trim()).map(contact),
  not_before: moment(false),
  expires_at: moment(true),
  active: truth,
  locked: truth,
  recoverable: truth,
  sha256: String,
  hint: String,
  token: String,
};

/**
 * Reads a file here, in the browser. Of a token that is in it, only its SHA-256
 * goes any further.
 *
 * @param {File} file
 * @returns {Promise<ImportFile>}
 * @throws {Error} when it is no such file at all
 */
export async function readImportFile(file) {
  const text = (await file.text()).replace(/^\uFEFF/u, "");
  if (text.includes("\uFFFD")) fail("This file is not UTF-8. Save it as “CSV UTF-8”");
  const isJson = /^\s*[[{]/u.test(text);
  const { rows, unknown } = isJson ? fromJson(text) : fromCsv(text);
  if (rows.length === 0) fail("There is no key in this file");
  const found = { name: file.name, keys: [], faults: [], unknown };
  /** @type {Map<string, number>} */
  const seen = new Map();
  for (const { row, read } of rows) {
    let name = "";
    try {
      const body = read((known) => (name = String(known)));
      await check(body);
      const same = body.sha256 && seen.get(body.sha256);
      if (same) fail(`The token is that of row ${same}`);
      if (body.sha256) seen.set(body.sha256, row);
      found.keys.push({ row, body });
    } catch (error) {
      found.faults.push({ row, name, why: error.message });
    }
  }
  return found;
}

function fromCsv(text) {
  let table;
  try {
    table = readCsv(text);
  } catch (error) {
    return fail(`This is no CSV: ${error.message}`);
  }
  const head = table[0].map((title) => title.trim().toLowerCase().replaceAll(/[\s-]+/gu, "_"));
  if (!head.includes("name")) fail("The first row has to name the columns, and one of them is “name”");
  const twice = head.find((title, at) => title && head.indexOf(title) !== at);
  if (twice) fail(`The column “${twice}” is there twice`);
  const unknown = table[0].filter((title, at) => title.trim() && !COLUMNS[head[at]]);
  const rows = table.flatMap((cells, at) => {
    if (at === 0 || cells.every((cell) => cell.trim() === "")) return [];
    const read = (note) => {
      note(cells[head.indexOf("name")] ?? "");
      if (cells.length > head.length) fail(`It has ${cells.length} cells, and there are ${head.length} columns`);
      const body = {};
      for (const [column, cell] of cells.entries()) {
        const reader = COLUMNS[head[column]];
        if (!reader || cell.trim() === "") continue;
        try {
          body[head[column]] = reader(cell.trim());
        } catch (error) {
          fail(`The cell “${head[column]}” ${error.message}`);
        }
      }
      return body;
    };
    return [{ row: at + 1, read }];
  });
  return { rows, unknown };
}

function fromJson(text) {
  const fault = jsonFault(text);
  if (fault) fail(`This is no JSON: ${fault}`);
  const whole = parseJson(text);
  const items = Array.isArray(whole) ? whole : whole.keys;
  if (!Array.isArray(items)) fail("There is no list of keys in this file");
  const rows = items.map((item, at) => ({
    row: at + 1,
    read: (note) => {
      if (!item || typeof item !== "object" || Array.isArray(item)) fail("This is no object");
      note(item.name ?? "");
      const unknown = Object.keys(item).find((member) => !Object.hasOwn(COLUMNS, member));
      if (unknown) fail(`A key has no “${unknown}”`);
      return { ...item };
    },
  }));
  return { rows, unknown: [] };
}

/** What the page can see itself. The rest is for the server to say, key by key. */
async function check(body) {
  if (typeof body.name !== "string" || !body.name.trim()) fail("There is no name");
  if ([...body.name.trim()].length > 100) fail("The name is longer than 100 characters");
  if (!["live", "test"].includes(body.environment ?? "live")) fail("The environment is neither live nor test");
  if (body.token !== undefined) await digest(body);
  if (body.sha256 === undefined) return;
  const given = normal(body.sha256);
  if (!given) fail("This is no SHA-256: 64 digits of hex, or 43 characters of base64");
  body.sha256 = given;
  if (body.recoverable) fail("A key with a token of its own cannot be recoverable");
}

async function digest(body) {
  const { token } = body;
  delete body.token;
  if (body.sha256 !== undefined) fail("It has both a token and a SHA-256");
  if (typeof token !== "string" || /\s/u.test(token)) fail("The token is no single word");
  body.sha256 = await sha256(new TextEncoder().encode(token));
  // Of a short one the end would be too much.
  if (token.length >= 20) body.hint ??= `…${token.slice(-4)}`;
}

/** In hex, so that two ways of writing one are one. @param {unknown} text */
function normal(text) {
  if (typeof text !== "string") return null;
  if (/^[\da-f]{64}$/iu.test(text)) return text.toLowerCase();
  if (!/^[\w+/-]{43}=?$/u.test(text)) return null;
  const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/").slice(0, 43));
  return hex(Uint8Array.from(bytes, (char) => char.charCodeAt(0)));
}

/** @param {string} why @returns {never} */
function fail(why) {
  throw new Error(why);
}
