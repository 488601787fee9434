/** The HTTP API, spoken to without the page: to prepare, and to see what the page really did. */
export class Api {
  constructor(url, token) {
    this.url = url;
    this.token = token;
  }

  async call(method, path, body, { token = this.token, headers = {} } = {}) {
    const response = await fetch(new URL(path, this.url), {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }), ...headers },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : null };
  }

  async #made(path, body) {
    const answer = await this.call("POST", path, body);
    if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** @returns {Promise<{key: any, token: string}>} */
  async createKey(body) {
    return this.#made("/v1/keys", body);
  }

  async putAvatar(id, type, bytes) {
    const headers = { authorization: `Bearer ${this.token}`, "content-type": type };
    const { status } = await fetch(new URL(`/v1/keys/${id}/avatar`, this.url), { method: "PUT", headers, body: bytes });
    if (status !== 200) throw new Error(`PUT avatar: ${status}`);
  }

  async createScope(id, name) {
    return this.#made("/v1/scopes", name ? { id, name } : { id });
  }

  async createAccount(id) {
    return this.#made("/v1/accounts", { id });
  }

  /** @returns {Promise<{member: any, token: string}>} */
  async inviteMember(body) {
    return this.#made("/v1/members", body);
  }

  /** Whatever it is by now. */
  async editMember(id, change) {
    const { version } = (await this.call("GET", `/v1/members/${id}`)).body.member;
    const answer = await this.call("PATCH", `/v1/members/${id}`, change, { headers: { "if-match": `"${version}"` } });
    if (answer.status !== 200) throw new Error(`PATCH /v1/members: ${answer.status} ${JSON.stringify(answer.body)}`);
  }

  async createVerifier(name) {
    return this.#made("/v1/verifiers", { name });
  }

  /** Every key of that name, in whatever status. */
  async keysNamed(name) {
    const found = [];
    let cursor = null;
    do {
      const query = new URLSearchParams({ status: "all", limit: "100", ...(cursor && { cursor }) });
      const { status, body } = await this.call("GET", `/v1/keys?${query}`);
      if (status !== 200) throw new Error(`GET /v1/keys: ${status} ${JSON.stringify(body)}`);
      found.push(...body.items.filter((key) => key.name === name));
      cursor = body.next_cursor;
    } while (cursor);
    return found;
  }

  async verify(token, rest = {}, caller = this.token) {
    const { status, body } = await this.call("POST", "/v1/verify", { token, ...rest }, { token: caller });
    if (status !== 200) throw new Error(`POST /v1/verify: ${status} ${JSON.stringify(body)}`);
    return body;
  }
}
