import { readFileSync } from "node:fs";

const short = JSON.parse(readFileSync(new URL("../../../build/script/classes.json", import.meta.url), "utf8"));

/** A selector with classes such as `.row__status`, which the build gives other names, as it is on the page. */
export function built(selector) {
  return selector.replaceAll(/\.([a-z-]+(?:__|--)[a-z_-]+)/gu, (_, name) => {
    if (!short[name]) throw new Error(`The page has no class ${name}.`);
    return `.${short[name]}`;
  });
}
