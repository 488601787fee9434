import { textField } from "./text-field.js";

/**
 * Why somebody does something.
 *
 * @param {import("../dialogs/dialog.js").Dialog<any> & {reason: string}} dialog
 * @param {string} [help] what becomes of it
 */
export function reasonField(dialog, help) {
  return textField({
    id: `${dialog.id}-reason`,
    label: "Reason",
    optional: true,
    help,
    error: dialog.errors.reason,
    value: dialog.reason,
    onInput: (reason) => (dialog.reason = reason),
  });
}
