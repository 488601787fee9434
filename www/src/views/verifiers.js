import { html } from "lit-html";
import { VerifierFlows } from "../flows/verifiers.js";
import { button } from "../parts/button.js";
import { icon } from "../parts/icon.js";
import { listing } from "../parts/listing.js";
import { day } from "../parts/moment.js";

const COLUMNS = ["Name", "Token", "Created", "By"];

/** @param {import("../app.js").App} app */
export function verifiersView(app) {
  const { verifiers } = app;
  const flows = new VerifierFlows(app);
  const make = (label, kind = "") => button({ label, kind, onClick: () => void flows.create() });
  return listing({
    list: verifiers,
    label: "Verifiers",
    one: "verifier",
    text: "The services that may ask Keyway whether a key is good.",
    make: make(html`${icon("plus")}Create verifier`, "button--primary"),
    none: "Create one for each service that checks keys. It sends the verifier's token when it asks.",
    makeFirst: make("Create the first verifier"),
    columns: COLUMNS,
    row: (verifier) => row(verifier, flows),
  });
}

function row(verifier, flows) {
  return html`<tr class="row" role="row" data-verifier=${verifier.id}>
    <th class="row__name" role="rowheader" scope="row"><bdi>${verifier.name}</bdi></th>
    <td class="row__hint" role="cell" data-label="Token"><code>${verifier.hint}</code></td>
    <td class="row__day" role="cell" data-label="Created">${day(verifier.created_at)}</td>
    <td role="cell" data-label="By"><bdi>${verifier.created_by.name}</bdi></td>
    <td class="row__last" role="cell">
      ${button({
        label: html`Remove<span class="visually-hidden"> <bdi>${verifier.name}</bdi></span>`,
        kind: "button--plain button--small row__action",
        onClick: () => void flows.remove(verifier),
      })}
    </td>
  </tr>`;
}
