/** Gives the reader a table to keep. @param {string} text @param {string} name */
export function saveTable(text, name) {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // A browser may begin to read it a little later.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
