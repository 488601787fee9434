// Checks webhooks with the published library. In: a list of {secret, headers, body};
// out: a list of whether each is good.

import { readFileSync } from "node:fs";
import { Webhook } from "standardwebhooks";

const good = ({ secret, headers, body }) => {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch {
    return false;
  }
};
console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(good)));
