import { html } from "lit-html";
import { exportLog, exportTable } from "../flows/audit.js";
import { CheckLogDialog } from "../dialogs/check-log.js";
import { count } from "../format/count.js";
import { auditEntries, EVENTS } from "../parts/audit-entries.js";
import { button } from "../parts/button.js";
import { select } from "../parts/select.js";
import { emptyState, failureState } from "../parts/state.js";
import { Route } from "../route.js";

const FILTERS = ["by", "event", "from", "to"];

/** Who did what. @param {import("../app.js").App} app */
export function activityView(app) {
  const tool = (label, onClick) => button({ label, kind: "button--plain button--small", onClick: () => void onClick() });
  return html`<header class="page-head">
      <div>
        <h1 tabindex="-1">Activity</h1>
        <p class="page-head__text">Who did what, for good: each entry is sealed by the hash of the one before.</p>
      </div>
    </header>
    ${filters(app)}
    <div class="toolbar">
      <p class="toolbar__count" role="status">${counted(app.log)}</p>
      <div class="toolbar__tools">
        ${tool("Export CSV", () => exportTable(app))} ${tool("Export all as NDJSON", () => exportLog(app))}
        ${tool("Check an export", () => app.dialogs.ask(new CheckLogDialog(app.keyway)))}
      </div>
    </div>
    ${content(app)}`;
}

function counted({ items, fresh, loading, hasMore }) {
  if (!fresh) return loading ? html`<span class="spinner"></span>Loading activity…` : "";
  return `${hasMore ? "The last " : ""}${count(items.length, "entry", "entries")}`;
}

function content({ log }) {
  const { items, fresh, failure, loading } = log;
  if (!fresh && failure) return failureState({ title: "The activity could not be loaded", error: failure, busy: loading, onRetry: () => void log.load() });
  if (fresh && items.length === 0) return emptyState({ title: "No entry matches", text: "Choose another time, person or action." });
  return auditEntries(log);
}

/** @param {import("../app.js").App} app */
function filters({ route, members, log }) {
  const query = Object.fromEntries(FILTERS.map((name) => [name, route.parameters.get(name) ?? ""]));
  const narrow = (name) => (value) => {
    const given = Object.entries({ ...query, [name]: value }).filter(([, value]) => value);
    route.go(Route.link("activity", Object.fromEntries(given)));
  };
  // Also who is no member any more.
  const people = new Map([...(query.by ? [[query.by, query.by]] : []), ...log.items.map(({ by, by_name }) => [by, by_name]), ...members.items.map(({ id, name }) => [id, name])]);
  const date = (name, label) => html`<label class="log__day">${label}
    <input class="input select" type="date" .value=${query[name]} @change=${(event) => narrow(name)(event.target.value)} /></label>`;
  return html`<div class="finder" role="search" aria-label="Activity"><div class="finder__choices">
    ${select({ label: "Person", options: [["", "Anybody"], ...people], value: query.by, onChoose: narrow("by") })}
    ${select({ label: "Action", options: [["", "Any action"], ...Object.entries(EVENTS)], value: query.event, onChoose: narrow("event") })}
    ${date("from", "From")} ${date("to", "To")}
  </div></div>`;
}
