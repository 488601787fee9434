/**
 * Gives the reader a file to keep; a table, unless it says otherwise.
 *
 * @param {string} text
 * @param {string} name
 * @param {string} [type]
 */
export function saveFile(text, name, type = "text/csv;charset=utf-8") {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // A browser may begin to read it a little later.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
