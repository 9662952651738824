// What people without all rights see: the own account, and only the own organization.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { axe, openConsole, shot, signIn, until } from "../lib/browser.mjs";
import { admin } from "../lib/server.mjs";

let console_, page, api, open, stranger;

before(async () => {
  console_ = await openConsole();
  ({ page, api, open } = console_);
  const kestrel = await api("POST", "/organizations", { name: "kestrel", display_name: "Kestrel", kind: "company" });
  const other = await api("POST", "/organizations", { name: "merlin", display_name: "Merlin", kind: "company" });
  const make = (username, display_name, organization_id, roles) =>
    api("POST", "/users", { username, display_name, organization_id, roles, password: admin.password });
  await make("chief", "Kestrel Chief", kestrel.id, ["organization_admin"]);
  await make("member", "Kestrel Member", kestrel.id, ["user"]);
  stranger = await make("stranger", "Merlin Stranger", other.id, ["user"]);
});
after(() => console_?.stop());
afterEach(() => assert.deepEqual(console_.errors.splice(0), []));

async function become(login) {
  await page.context().clearCookies();
  await page.evaluate(() => sessionStorage.clear());
  await signIn(page, console_.base, { login, password: admin.password });
}

/** S3-MNU-03: the own profile. */
test("changes the own profile", async () => {
  await open("/profile");
  await page.locator("[name=last_name]").fill("Murray Hopper");
  await page.getByRole("button", { name: /^Save/ }).last().click();
  await page.locator(".toast", { hasText: "Changes saved" }).waitFor();
  assert.equal((await api("GET", "/me")).user.last_name, "Murray Hopper");
});

/** S4-SES-03: the own sessions; the others end by one click. */
test("ends the other own sessions", async () => {
  await console_.server.signIn();
  await open("/profile/security");
  await page.getByText("this session").waitFor();
  await axe(page, "own-sessions");
  await shot(page, "own-sessions");
  await page.getByRole("button", { name: /^End \d+ other sessions?$/ }).click();
  await until("one session is left", async () => (await page.getByText("127.0.0.1").count()) === 1);
});

/** An organization administrator sees the people of the own organization and nobody else. */
test("an organization administrator stays within", async () => {
  await become("chief");
  await open("/users");
  await page.getByText("Kestrel Member").waitFor();
  const shown = await page.locator("tbody tr[data-row] .cell-main a").allInnerTexts();
  assert.deepEqual(shown.sort(), ["Kestrel Chief", "Kestrel Member"]);
  await shot(page, "users-organization-admin");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("stranger");
  await page.getByText("Nothing found").waitFor();
  await page.keyboard.press("Escape");
  await open(`/users/${stranger.id}`);
  await page.getByRole("heading", { name: "There is nothing at this address" }).waitFor();
  await open("/settings");
  await page.getByText("setting.read").waitFor();
  await axe(page, "forbidden-settings");
});
