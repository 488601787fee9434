import { expect } from "@playwright/test";

/** What a person can do on the page, in a person's words. */
export class KeywayPage {
  constructor(page, token) {
    this.page = page;
    this.token = token;
  }

  get tokenField() {
    return this.page.getByLabel("Management token", { exact: true });
  }

  /** The message at the lower edge of the screen. */
  get notice() {
    return this.page.locator(".notice");
  }

  /** The dialog that is open now. */
  get dialog() {
    return this.page.locator("dialog[open]");
  }

  get secret() {
    return this.dialog.getByRole("group", { name: "Token" }).locator("code");
  }

  button(name) {
    return this.page.getByRole("button", { name, exact: true });
  }

  heading(name) {
    return this.page.getByRole("heading", { name, exact: true });
  }

  /** By its whole name, or by an expression where more stands beside it. */
  row(name) {
    return this.page.getByRole("row").filter({ has: this.page.getByRole("rowheader", { name, exact: true }) });
  }

  /** What opens the menu of a key. */
  more(name) {
    return this.page.getByRole("button", { name: `More ${name}`, exact: true });
  }

  /** The menu that is open now. */
  get menu() {
    return this.page.getByRole("menu");
  }

  /** Does to a key, or to whatever that row is, what stands beside it, or else in its menu. */
  async act(row, action, name = row) {
    const beside = this.page.getByRole("button", { name: `${action} ${name}`, exact: true });
    await expect(this.row(row)).toBeVisible();
    if (await beside.count()) return beside.click();
    await this.more(name).click();
    return this.menu.getByRole("menuitem", { name: action, exact: true }).click();
  }

  /** Ticks a key, to do something to it together with others. */
  tick(name) {
    return this.row(name).getByRole("checkbox").check();
  }

  /** Asks for the same to be done to several keys. */
  async bulk(action, ...names) {
    for (const name of names) await this.tick(name);
    await this.page.getByRole("group", { name: "Selected keys" }).getByRole("button", { name: action, exact: true }).click();
    await expect(this.dialog).toBeVisible();
  }

  async open(fragment = "") {
    await this.page.goto(`/${fragment}`);
  }

  async signIn(fragment = "", token = this.token) {
    await this.open(fragment);
    await this.submitToken(token);
    await expect(this.page.getByRole("navigation", { name: "Sections" })).toBeVisible();
  }

  async submitToken(token) {
    await this.tokenField.fill(token);
    await this.button("Sign in").click();
  }

  async openCreate() {
    await this.button("Create key").click();
    await expect(this.heading("Create a key")).toBeVisible();
  }

  /** A click on its name. */
  async openDetails(name) {
    await this.row(name).getByRole("button", { name, exact: true }).click();
    await expect(this.heading(name)).toBeVisible();
    await expect(this.dialog.getByText(/^Loading/u)).toHaveCount(0);
  }

  async openEdit(name) {
    await this.row(name).getByRole("button", { name: `Edit ${name}`, exact: true }).click();
    await expect(this.heading(`Edit “${name}”`)).toBeVisible();
    await expect(this.dialog.getByText(/^Loading/u)).toHaveCount(0);
  }

  /** Unfolds what not every key needs. */
  async unfold() {
    await this.dialog.locator(".fold > summary").click();
    await expect(this.field("Webhook")).toBeVisible();
  }

  /** A field of the open dialog, by its label without what is said beside it. */
  field(label) {
    return this.dialog.getByLabel(new RegExp(`^${label}( optional)?$`, "u"));
  }

  /** What the open dialog says of that. */
  fact(label) {
    return this.dialog.locator("dt").filter({ hasText: new RegExp(`^${label}$`, "u") }).locator("xpath=following-sibling::dd[1]");
  }

  /** The row of a contact, counted from 1. */
  contact(number) {
    return this.dialog.getByRole("group", { name: `Contact ${number}`, exact: true });
  }

  async fillName(name) {
    await this.dialog.getByLabel("Name", { exact: true }).fill(name);
  }

  submitCreate() {
    return this.dialog.getByRole("button", { name: "Create key" }).click();
  }

  /** Creates a key without scopes, and stops where its token is shown. @returns {Promise<string>} the token */
  async createKey(name) {
    await this.openCreate();
    await this.fillName(name);
    await this.submitCreate();
    await expect(this.heading("Save this token now")).toBeVisible();
    return this.secret.innerText();
  }

  async saved() {
    await this.dialog.getByRole("button", { name: "I have saved it" }).click();
    await expect(this.dialog).toHaveCount(0);
  }
}
