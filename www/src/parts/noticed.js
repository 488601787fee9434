import { html } from "lit-html";
import { count } from "../format/count.js";

/** When it is told of keys what time brings about. @param {import("../api/keyway.js").NoticeSettings} notices */
export function noticed({ expiry_days: leads, unused_days: unused, email_contacts: letters }) {
  const ahead = leads.filter((days) => days > 0);
  const when = [
    ...(ahead.length > 0 ? [`${ahead.join(", ")} ${ahead.at(-1) === 1 && ahead.length === 1 ? "day" : "days"} before a key expires`] : []),
    ...(leads.includes(0) ? ["on the day"] : []),
    "at its end",
    ...(unused === null ? [] : [`after ${count(unused, "day")} without use`]),
  ];
  return html`${when.join(", ")}${letters ? "" : ". Contacts get no e-mail"}`;
}
