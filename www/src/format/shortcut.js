const isMac = /Mac|iP/u.test(navigator.platform);

/**
 * A letter together with the key that commands are given with on this system.
 * No letter is a command by itself: who speaks to a computer types by accident.
 *
 * @param {string} letter a capital
 */
export function shortcut(letter) {
  return { text: isMac ? `⌘${letter}` : `Ctrl ${letter}`, aria: `${isMac ? "Meta" : "Control"}+${letter}` };
}

/** @param {KeyboardEvent} event @param {string} letter a capital */
export function isShortcut({ key, code, ctrlKey, metaKey, shiftKey, altKey }, letter) {
  if (!(isMac ? metaKey && !ctrlKey : ctrlKey && !metaKey) || shiftKey || altKey) return false;
  // On a keyboard for another script the letter is known by its place.
  return key.toUpperCase() === letter || (code === `Key${letter}` && key > "\u007f");
}
