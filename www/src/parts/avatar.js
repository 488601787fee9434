import { html, nothing } from "lit-html";

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * The first letters of the first two words. What stands between them keeps
 * letters apart that would be written together, as in Arabic.
 *
 * @param {string} name
 */
export function initials(name) {
  const letters = name.split(/\s+/u).map((word) => [...graphemes.segment(word)].find(({ segment }) => /[\p{L}\p{N}]/u.test(segment))?.segment);
  return letters.filter(Boolean).slice(0, 2).join("\u200c").toLocaleUpperCase();
}

/**
 * What a key looks like. It only decorates: the name stands beside it.
 *
 * @param {{id: string, name: string, status: string, avatar: string | null}} key
 * @param {import("../model/avatars.js").Avatars} avatars
 * @param {string} [kind] classes beside `avatar`
 */
export function avatar(key, avatars, kind = "") {
  const blocked = key.status === "blocked" ? "avatar--blocked" : "";
  return face({ name: key.name, url: avatars.of(key), kind: `${kind} ${blocked}`, onFault: () => key.avatar && avatars.lose(key.avatar) });
}

/** @param {{name: string, url: string | null, kind?: string, onFault?: () => void}} options */
export function face({ name, url, kind = "", onFault }) {
  // As an attribute, so that letters are neither copied nor found as text.
  return html`<span class="avatar ${kind}" data-letters=${url ? nothing : initials(name)} aria-hidden="true"
    >${url ? html`<img class="avatar__picture" src=${url} alt="" draggable="false" @error=${() => onFault?.()} />` : nothing}</span
  >`;
}
