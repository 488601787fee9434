import { html, svg } from "lit-html";
import { count, number } from "../format/count.js";
import { dateLanguage, utcDay } from "../format/time.js";

/** @typedef {import("../api/keyway.js").DayUsage} DayUsage */

const DAYS = 90;
const DAY_MS = 86_400_000;
const HEIGHT = 60;
/** One use among thousands is still to be seen. */
const LOWEST = 1.5;

/**
 * How often a key got in and how often it did not, day by day: one above the
 * line and the other below it, so that nobody needs to tell two colours apart.
 *
 * @param {DayUsage[]} days newest first, and only those with any use
 */
export function usageChart(days) {
  const newest = dayNumber(days[0].day);
  // The clock of this machine may be behind.
  const last = Math.max(Math.floor(Date.now() / DAY_MS), newest);
  const most = (member) => Math.max(...days.map((day) => day[member]));
  const [up, down] = [most("allowed"), most("denied")];
  const scale = HEIGHT / (up + down);
  const line = up * scale;
  const height = (uses) => Math.min(HEIGHT, uses && Math.max(LOWEST, uses * scale));
  const bar = ({ day, allowed, denied }) => {
    const x = DAYS - 1 - (last - dayNumber(day)) + 0.1;
    return svg`<g>
      <title>${inWords({ day, allowed, denied })}</title>
      <rect class="chart__room" x=${x - 0.1} y="0" width="1" height=${HEIGHT} />
      <rect class="chart__allowed" x=${x} y=${line - height(allowed)} width="0.8" height=${height(allowed)} />
      <rect class="chart__denied" x=${x} y=${line} width="0.8" height=${height(denied)} />
    </g>`;
  };
  const shown = days.filter(({ day }) => last - dayNumber(day) < DAYS);
  return html`<figure class="chart">
    <p>${sum(days)}</p>
    <svg class="chart__bars" viewBox="0 0 ${DAYS} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="Uses per day. The table has the numbers.">
      ${shown.map(bar)}
      <path class="chart__line" d="M0 ${line}H${DAYS}" />
    </svg>
    <figcaption class="chart__ends">
      <span lang=${dateLanguage}>${utcDay(new Date((last - DAYS + 1) * DAY_MS))}</span>
      <span class="chart__legend"><span class="chart__key">Allowed</span> <span class="chart__key chart__key--denied">Denied</span></span>
      <span lang=${dateLanguage}>${utcDay(new Date(last * DAY_MS))}</span>
    </figcaption>
    <details class="more">
      <summary>Show as a table</summary>
      <table class="counts">
        <thead>
          <tr><th scope="col">Day (UTC)</th><th scope="col">Allowed</th><th scope="col">Denied</th></tr>
        </thead>
        <tbody>
          ${days.map(
            ({ day, allowed, denied }) => html`<tr>
              <th scope="row" lang=${dateLanguage}>${utcDay(new Date(day))}</th>
              <td>${number(allowed)}</td>
              <td>${number(denied)}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </details>
  </figure>`;
}

/** @param {DayUsage[]} days */
function sum(days) {
  const total = (member) => days.reduce((sum, day) => sum + day[member], 0);
  const uses = ({ allowed, denied }) => allowed + denied;
  const busiest = days.reduce((most, day) => (uses(day) > uses(most) ? day : most));
  return html`Allowed ${count(total("allowed"), "time")}, denied ${count(total("denied"), "time")}, on ${count(days.length, "day")} of the
    last ${DAYS}. Most on <span lang=${dateLanguage}>${utcDay(new Date(busiest.day))}</span>: ${count(uses(busiest), "use")}.`;
}

function inWords({ day, allowed, denied }) {
  return `${utcDay(new Date(day))}: ${count(allowed, "allowed", "allowed")}, ${count(denied, "denied", "denied")}`;
}

function dayNumber(day) {
  return Date.parse(day) / DAY_MS;
}
