const DAY_MS = 86_400_000;

const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const longDate = new Intl.DateTimeFormat(undefined, { dateStyle: "long" });
const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const utcDate = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

/** The language the dates are written in: the reader's, which need not be the page's. */
export const dateLanguage = date.resolvedOptions().locale;

/** @param {Date} moment */
export function shortDate(moment) {
  return date.format(moment);
}

/** @param {Date} moment */
export function fullDate(moment) {
  return longDate.format(moment);
}

/** @param {Date} moment */
export function dayAndTime(moment) {
  return dateTime.format(moment);
}

/** A day of UTC, which need not be the reader's. @param {Date} day */
export function utcDay(day) {
  return utcDate.format(day);
}

/** @param {Date} moment */
export function exactUtc(moment) {
  return `${moment.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

/**
 * From half a day on, days are counted on the calendar, as people do: what ends
 * tomorrow evening is "tomorrow", not "in 36 hours".
 *
 * @param {Date} moment
 * @param {Date} now
 */
export function distance(moment, now) {
  const minutes = Math.round((moment.getTime() - now.getTime()) / 60_000);
  if (Math.abs(minutes) < 60) return relative.format(minutes, "minute");
  if (Math.abs(minutes) < 12 * 60) return relative.format(Math.round(minutes / 60), "hour");
  const days = Math.round((startOfDay(moment).getTime() - startOfDay(now).getTime()) / DAY_MS);
  if (Math.abs(days) < 100) return relative.format(days, "day");
  const months = Math.round(days / 30.44);
  if (Math.abs(months) < 24) return relative.format(months, "month");
  return relative.format(Math.round(days / 365.25), "year");
}

/**
 * @param {Date} moment
 * @param {Date} now
 */
export function isSoon(moment, now) {
  const left = moment.getTime() - now.getTime();
  return left > 0 && left <= 7 * DAY_MS;
}

/** A day without a time means its end, in the reader's zone. @param {Date} day */
export function endOfDay(day) {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate(), 23, 59, 59);
}

/** @param {Date} day @param {number} days */
export function addDays(day, days) {
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days);
}

/** @param {Date} day @param {number} months */
export function addMonths(day, months) {
  const last = new Date(day.getFullYear(), day.getMonth() + months + 1, 0).getDate();
  return new Date(day.getFullYear(), day.getMonth() + months, Math.min(day.getDate(), last));
}

/** What a date field takes and gives: `2026-11-21`, in the reader's zone. @param {Date} day */
export function toDateField(day) {
  const two = (number) => String(number).padStart(2, "0");
  return `${String(day.getFullYear()).padStart(4, "0")}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** @param {string} text @returns {Date | null} */
export function fromDateField(text) {
  const parts = /^(\d{4,6})-(\d{2})-(\d{2})$/u.exec(text);
  return parts && new Date(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3]));
}

/** @param {Date} moment */
export function toRfc3339(moment) {
  return `${moment.toISOString().slice(0, 19)}Z`;
}

function startOfDay(moment) {
  return new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
}
