// What is typed and not saved is never lost without a question.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, consoleForTests, shot, signIn, until } from "../lib/browser.mjs";
import { admin } from "../lib/server.mjs";

const { page, api, base, open, ada } = await consoleForTests({}, async ({ api }) => ({
  ada: await api("POST", "/users", { username: "ada", display_name: "Ada Byron" }),
}));

const question = () => page.getByRole("dialog", { name: "Leave without saving?" });
const press = (name) => question().getByRole("button", { name, exact: true }).click();
const field = (name) => page.locator(`input[name="${name}"]`);

async function byPalette() {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: /^Search people/ }).fill("audit");
  await page.getByRole("option", { name: "Audit log" }).first().waitFor();
  await page.keyboard.press("Enter");
}
async function bySigningOut() {
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
}
const byRail = () => page.locator(".rail").getByRole("link", { name: "Settings", exact: true }).click();

/** Whatever the form and the way out: Stay keeps what was typed. */
test("leaving a form asks first", async (t) => {
  const own = "/profile/security";
  for (const [what, path, name, leave] of [
    ["the palette", `/users/${ada.id}`, "last_name", byPalette],
    ["signing out", `/users/${ada.id}`, "last_name", bySigningOut],
    ["the rail, from a new user", "/users/new", "display_name", byRail],
    ["the rail, from a new organization", "/organizations/new", "display_name", byRail],
    ["the rail, from the own password", own, "current_password", byRail],
    ["the palette, from the own password", own, "current_password", byPalette],
  ]) {
    await t.test(what, async () => {
      await open(path);
      await field(name).first().fill("Lovelace");
      await leave();
      await question().waitFor();
      await press("Stay");
      await question().waitFor({ state: "hidden" });
      assert.equal(await field(name).first().inputValue(), "Lovelace");
      assert.equal(new URL(page.url()).pathname, path);
    });
  }
});

/** The answer leads where one wanted to go; an untouched form asks nothing. */
test("leaving goes on after the question", async () => {
  await open(`/users/${ada.id}`);
  await field("last_name").fill("Lovelace");
  await byPalette();
  await press("Discard and leave");
  await page.waitForURL(/\/audit$/);
  await open("/users/new");
  await byRail();
  await page.waitForURL(/\/settings$/);
});

/** A page with changes waits for the same person to sign in again; one without follows at once, both ways. */
test("signing out in another tab", async () => {
  await open(`/users/${ada.id}`);
  await field("last_name").fill("Lovelace");
  const other = await page.context().newPage();
  const idle = await page.context().newPage();
  for (const tab of [other, idle]) {
    await tab.goto(`${base}/users`);
    await tab.getByText("Ada Byron").waitFor();
  }
  await other.getByRole("button", { name: /^Account of/ }).click();
  await other.getByRole("menuitem", { name: "Sign out" }).click();
  await other.waitForURL(/\/sign-in/);
  await idle.waitForURL(/\/sign-in\?next=/);
  await idle.getByText("Your session has ended").waitFor();
  const dialog = page.getByRole("dialog", { name: "You are signed out" });
  await dialog.waitFor();
  await axe(page, "interrupted");
  await shot(page, "interrupted");
  await page.keyboard.press("Escape");
  assert.ok(await dialog.isVisible());

  const [tab] = await Promise.all([page.context().waitForEvent("page"), dialog.getByRole("link").click()]);
  await signIn(tab, base, admin);
  await dialog.waitFor({ state: "hidden" });
  assert.equal(await field("last_name").inputValue(), "Lovelace");
  await page.getByRole("button", { name: "Save changes" }).last().click();
  await page.locator(".toast", { hasText: "Changes saved" }).waitFor();
  await idle.waitForURL(/\/users$/);
  await Promise.all([other, idle, tab].map((one) => one.close()));
});

/** A session that was ended from outside takes nothing with it either. */
test("a session that ends under a form", async () => {
  await open("/users/new");
  await field("display_name").fill("Charles Babbage");
  const { items } = await api("GET", "/sessions?client=browser");
  for (const session of items) await api("DELETE", `/sessions/${session.id}`);
  const dialog = page.getByRole("dialog", { name: "You are signed out" });
  await dialog.waitFor();
  assert.equal(await field("display_name").inputValue(), "Charles Babbage");
  await dialog.getByRole("button", { name: "Discard and leave" }).click();
  await page.getByText("Your session has ended").waitFor();
  await signIn(page, base, admin);
});

/** Somebody else who signs in gets a page of their own. */
test("another person in another tab", async () => {
  await api("POST", "/users", { username: "eve", display_name: "Eve", roles: ["advocate"], password: admin.password });
  await open(`/users/${ada.id}`);
  await field("first_name").fill("Augusta");
  const other = await page.context().newPage();
  await other.goto(`${base}/users`);
  await other.getByRole("button", { name: /^Account of/ }).click();
  await other.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("dialog", { name: "You are signed out" }).waitFor();
  await signIn(other, base, { login: "eve", password: admin.password });
  await page.getByRole("button", { name: "Account of Eve" }).waitFor();
  await until("the form is read anew", async () => (await field("first_name").inputValue()) === "");
  assert.ok(await field("first_name").isDisabled());
  await other.close();
});
