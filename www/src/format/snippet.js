/**
 * How a service asks about a token, in the languages it may be written in. The
 * token itself is in none of them: what is copied lands in files and histories.
 *
 * @typedef {"curl" | "js" | "rust" | "nginx"} Language
 * @typedef {Pick<import("../api/keyway.js").Key, "environment" | "scopes" | "allowed_ips">} Use
 */

/** @type {[Language, string][]} */
const LANGUAGES = [
  ["curl", "curl"],
  ["js", "JavaScript"],
  ["rust", "Rust"],
  ["nginx", "nginx"],
];

/**
 * nginx asks about live keys, and does not say from where a client comes.
 *
 * @param {Use} key
 */
export const languages = ({ environment, allowed_ips }) =>
  environment === "live" && allowed_ips.length === 0 ? LANGUAGES : LANGUAGES.slice(0, 3);

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
  if (language === "nginx") {
    return `location / {
  auth_request /_keyway;
  auth_request_set $keyway_key $upstream_http_x_keyway_key;
  auth_request_set $keyway_scopes $upstream_http_x_keyway_scopes;
  proxy_set_header X-Keyway-Key $keyway_key;
  proxy_set_header X-Keyway-Scopes $keyway_scopes;
  proxy_set_header Authorization "";
  proxy_set_header X-API-Key "";
  proxy_pass http://127.0.0.1:3000;
}

location = /_keyway {
  internal;
  proxy_pass ${origin}/v1/auth;
  proxy_pass_request_body off;
  proxy_pass_request_headers off;
  proxy_set_header Content-Length "";
  proxy_set_header Authorization $http_authorization;
  proxy_set_header X-API-Key $http_x_api_key;
  proxy_set_header X-Keyway-Verifier KEYWAY_VERIFIER;
  proxy_ssl_server_name on;
  proxy_ssl_verify on;
  proxy_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;
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
