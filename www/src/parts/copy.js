/**
 * Copies a text that is on screen.
 *
 * @param {string} text
 * @param {Element | null} shown where it stands
 * @returns {Promise<"copied" | "refused">}
 */
export async function copy(text, shown) {
  try {
    await navigator.clipboard.writeText(text);
    return "copied";
  } catch {
    // Refused, or no clipboard for pages without TLS: the old way needs a
    // selection, which is what the reader needs, too, if it fails.
    if (shown) getSelection()?.selectAllChildren(shown);
    return document.execCommand("copy") ? "copied" : "refused";
  }
}
