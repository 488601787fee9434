/** The regions of the feeds, as people call them. A new one shows its own name. */
const NAMES = {
  wnam: "Western North America",
  enam: "Eastern North America",
  sam: "South America",
  weur: "Western Europe",
  eeur: "Eastern Europe",
  apac: "Asia-Pacific",
  oc: "Oceania",
  afr: "Africa",
  me: "the Middle East",
};

const and = new Intl.ListFormat("en", { type: "conjunction" });

/** @param {string[]} regions */
export function regionNames(regions) {
  return and.format(regions.map((region) => NAMES[region] ?? region));
}
