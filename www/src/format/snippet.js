/**
 * How a service asks about a token, in the languages it may be written in. The
 * token itself is in none of them: what is copied lands in files and histories.
 *
 * @typedef {"curl" | "js" | "rust"} Language
 * @typedef {Pick<import("../api/keyway.js").Key, "environment" | "scopes" | "allowed_ips">} Use
 */

/** @type {[Language, string][]} */
export const LANGUAGES = [
  ["curl", "curl"],
  ["js", "JavaScript"],
  ["rust", "Rust"],
];

/**
 * @param {Language} language
 * @param {string} origin where Keyway is
 * @param {Use} key what the question is about: what it leaves out is not checked
 */
export function snippet(language, origin, { environment, scopes, allowed_ips }) {
  const address = `${origin}/v1/verify`;
  const [scope] = scopes;
  const isShell = language === "curl";
  const question = [
    `"token": ${isShell ? '"$KEYWAY_TOKEN"' : "token"}`,
    environment === "test" && '"environment": "test"',
    scope && scope !== "*" && `"scopes": ["${scope}"]`,
    allowed_ips.length > 0 && `"ip": ${isShell ? '"$CLIENT_IP"' : "ip"}`,
  ]
    .filter(Boolean)
    .join(", ");
  if (isShell) {
    return `curl ${address} \\
  -H "Authorization: Bearer $KEYWAY_VERIFIER" \\
  -H "Content-Type: application/json" \\
  -d "{${question.replaceAll('"', '\\"')}}"`;
  }
  if (language === "js") {
    return `const answer = await fetch("${address}", {
  method: "POST",
  headers: {
    "authorization": \`Bearer \${process.env.KEYWAY_VERIFIER}\`,
    "content-type": "application/json",
  },
  body: JSON.stringify({ ${question} }),
});
const verdict = await answer.json();
if (verdict.valid !== true) {
  // Refuse. verdict.code says why.
}`;
  }
  return `// With the crates reqwest (its feature "json") and serde_json.
let verdict: serde_json::Value = reqwest::Client::new()
    .post("${address}")
    .bearer_auth(std::env::var("KEYWAY_VERIFIER")?)
    .json(&serde_json::json!({ ${question} }))
    .send()
    .await?
    .json()
    .await?;
if verdict["valid"] != true {
    // Refuse. verdict["code"] says why.
}`;
}
