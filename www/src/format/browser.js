/** Most say that they are others, too: who is found first is it. */
const BROWSERS = [
  ["Edg/", "Edge"],
  ["OPR/", "Opera"],
  ["Firefox/", "Firefox"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
];
const SYSTEMS = ["Windows", "Android", "iPhone", "iPad", "Mac", "Linux"];

/**
 * What a browser is called, and where it runs; the beginning of what it says itself where that is no known one.
 *
 * @param {string | null} said
 */
export function browserName(said) {
  const name = BROWSERS.find(([mark]) => said?.includes(mark))?.[1];
  const system = SYSTEMS.find((mark) => said?.includes(mark));
  return name ? `${name}${system ? `, ${system}` : ""}` : (said?.slice(0, 40) ?? "A browser");
}
