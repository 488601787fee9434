import { html } from "lit-html";
import { VerifierFlows } from "../flows/verifiers.js";
import { isInGrace } from "../model/key-now.js";
import { button } from "../parts/button.js";
import { icon } from "../parts/icon.js";
import { listing } from "../parts/listing.js";
import { menu } from "../parts/menu.js";
import { day } from "../parts/moment.js";
import { tokenCell } from "../parts/token-cell.js";

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
    row: (verifier) => row(verifier, app, flows),
  });
}

/** @param {import("../api/keyway.js").Verifier} verifier @param {import("../app.js").App} app @param {VerifierFlows} flows */
function row(verifier, { rotationFlows }, flows) {
  const { id, name } = verifier;
  const label = (text) => html`${text}<span class="visually-hidden"> <bdi>${name}</bdi></span>`;
  const kind = "button--plain button--small row__action row__action--calm";
  return html`<tr class="row" role="row" data-verifier=${id}>
    <th class="row__name" role="rowheader" scope="row"><bdi>${name}</bdi></th>
    ${tokenCell(verifier)}
    <td class="row__day" role="cell" data-label="Created">${day(verifier.created_at)}</td>
    <td role="cell" data-label="By"><bdi>${verifier.created_by.name}</bdi></td>
    <td class="row__last row__last--several" role="cell">
      ${button({ label: label("Rotate"), kind, onClick: () => void rotationFlows.rotate(verifier) })}
      ${menu({
        id: `menu-${id}`,
        label: label("More"),
        kind: `${kind} row__more`,
        title: `More for ${name}`,
        items: [
          ...(isInGrace(verifier) ? [{ label: "End the old token now", run: () => void rotationFlows.endOld(verifier) }] : []),
          { label: "Remove", run: () => void flows.remove(verifier), isGrave: true },
        ],
      })}
    </td>
  </tr>`;
}
