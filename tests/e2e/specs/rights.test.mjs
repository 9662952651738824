// What people without all rights see: no page and no verb that the server would refuse.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, become, consoleForTests, shot } from "../lib/browser.mjs";
import { admin } from "../lib/server.mjs";

const { page, api, open, base, kestrel, member, stranger } = await consoleForTests({}, async ({ api, server }) => {
  const organization = (name, display_name) => api("POST", "/organizations", { name, display_name, kind: "company" });
  const kestrel = await organization("kestrel", "Kestrel");
  const merlin = await organization("merlin", "Merlin");
  const make = (username, display_name, organization_id, role) =>
    api("POST", "/users", { username, display_name, organization_id, roles: [role], password: admin.password });
  await make("chief", "Kestrel Chief", kestrel.id, "organization_admin");
  const member = await make("member", "Kestrel Member", kestrel.id, "user");
  await make("guide", "Kestrel Guide", kestrel.id, "advocate");
  const stranger = await make("stranger", "Merlin Stranger", merlin.id, "user");
  await make("builder", "Builder", null, "developer");
  await make("coach", "Coach", null, "trainer");
  for (const login of ["member", "guide"]) await server.signIn(login, admin.password);
  return { kestrel, member, stranger };
});

const menu = () => page.locator(".rail .rail-link").allInnerTexts();
const danger = () => page.locator(".danger-zone");
const button = (name) => page.getByRole("button", { name, exact: true });

async function rowMenu(name) {
  await button(`Actions for ${name}`).click();
  await page.getByRole("menuitem").first().waitFor();
  const items = await page.getByRole("menuitem").evaluateAll((all) =>
    all.map((item) => [item.textContent.trim(), item.getAttribute("aria-disabled") !== "true" && !item.disabled]));
  await page.keyboard.press("Escape");
  return Object.fromEntries(items);
}

async function forbidden(path, permission) {
  await open(path);
  await page.getByText(permission).first().waitFor();
  assert.equal(await page.locator("table").count(), 0);
}

/** Nobody suspends, demotes, deletes or signs out the own account here, and the page says so. */
test("the own account offers no act that is refused", async () => {
  const { user } = await api("GET", "/me");
  await open("/users?q=root");
  assert.deepEqual(await rowMenu("Grace Hopper"), {
    Open: true, "Act as…": false, "Suspend…": false, "Take administrator role…": false, "Set password…": false, "Create reset link": false,
    "End sessions…": false, "Off-board…": false, "Delete…": false,
  });
  await open(`/users/${user.id}`);
  await danger().getByText("You cannot do this to your own account.").first().waitFor();
  for (const verb of await danger().getByRole("button").all()) assert.ok(await verb.isDisabled());
  await axe(page, "own-account");
  await shot(page, "own-account");
  await open(`/users/${user.id}/access`);
  await page.getByText("Change your own password under Account, Security.").waitFor();
  for (const name of ["Set password…", "Create reset link"]) assert.ok(await button(name).isDisabled(), name);
  assert.ok(await page.locator("input[name=admin]").isDisabled());
  await axe(page, "own-access");
});

/** An organization administrator sees the people of the own organization and nobody else. */
test("an organization administrator stays within", async () => {
  await become(page, base, "chief");
  assert.deepEqual(await menu(), ["Overview", "Users", "Organizations", "Groups", "Roles", "Sessions", "API keys", "Credentials", "Provider keys", "Explain access", "Departures", "Bin", "Jobs", "Audit log"]);
  await open("/users");
  await page.getByText("Kestrel Member").waitFor();
  const shown = await page.locator("tbody tr[data-row] .cell-main a").allInnerTexts();
  assert.deepEqual(shown.sort(), ["Kestrel Chief", "Kestrel Guide", "Kestrel Member"]);
  await shot(page, "users-organization-admin");
  assert.deepEqual(await rowMenu("Kestrel Member"), {
    Open: true, "Suspend…": true, "Set password…": true, "Create reset link": true, "End sessions…": true, "Off-board…": true, "Delete…": true,
  });
  assert.deepEqual(await rowMenu("Kestrel Guide"), {
    Open: true, "Suspend…": false, "Set password…": false, "Create reset link": false, "End sessions…": false, "Off-board…": false, "Delete…": false,
  });
  await page.locator('tr[data-row="0"] input[type=checkbox]').click();
  const bulk = page.getByRole("region", { name: "Acts" });
  assert.equal(await bulk.getByRole("button", { name: /role|Move/ }).count(), 0);
  await page.keyboard.press("Escape");

  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("stranger");
  await page.getByText("Nothing found").waitFor();
  await page.keyboard.press("Escape");
  await open(`/users/${stranger.id}`);
  await page.getByRole("heading", { name: "There is nothing at this address" }).waitFor();
  await forbidden("/settings", "setting.read");
  await axe(page, "forbidden-settings");

  await open(`/users/${member.id}/access`);
  await page.getByText("Needs the permission user.assign_roles.").waitFor();
  assert.ok(await page.locator("input[name=user]").isDisabled());
  await open("/users/new");
  assert.ok(await button("Organization: Kestrel").isDisabled(), "new people belong to the own organization");
  assert.equal(await page.locator("select[name=role]").count(), 0);
  await axe(page, "user-new-organization-admin");

  await open("/sessions");
  await page.getByText("Kestrel Guide").first().waitFor();
  assert.equal((await rowMenu("Kestrel Guide"))["End session…"], false);
  assert.equal((await rowMenu("Kestrel Member"))["End session…"], true);
  await page.getByRole("button", { name: "Sign everyone of your organization out…" }).click();
  await page.getByRole("dialog").getByLabel("Everyone, except this session").waitFor();
  assert.equal(await page.getByRole("dialog").getByLabel("One organization").count(), 0);
  await page.keyboard.press("Escape");

  await open(`/organizations/${kestrel.id}`);
  await page.locator("[name=display_name]").waitFor();
  assert.ok(!(await page.locator("[name=display_name]").isDisabled()));
  assert.equal(await danger().count(), 0);
});

/** S3-PRV-04: an advocate reads people and changes nothing. */
test("an advocate is offered no change", async () => {
  await become(page, base, "guide");
  assert.deepEqual(await menu(), ["Overview", "Users", "Groups"]);
  await open("/users");
  await page.getByText("Merlin Stranger").waitFor();
  assert.equal(await page.getByRole("link", { name: "Create user" }).count(), 0);
  assert.equal(await page.locator("tbody input[type=checkbox]").count(), 0);
  assert.deepEqual(await rowMenu("Merlin Stranger"), { Open: true });
  await open(`/users/${member.id}`);
  await page.getByText("Needs the permission user.update.").waitFor();
  assert.ok(await page.locator("[name=last_name]").isDisabled());
  assert.equal(await danger().count(), 0);
  await axe(page, "user-read-only");
  await shot(page, "user-read-only");
  await open(`/users/${member.id}/contact`);
  await page.getByText("Needs the permission user.read_contact.").waitFor();
  assert.ok(await page.locator("[name=country]").isDisabled());
  assert.equal(await page.locator("[name='contact/phone']").count(), 0);
  await open(`/users/${member.id}/access`);
  assert.ok(await button("Set password…").isDisabled());
  await forbidden("/users/new", "user.create");
  await forbidden("/sessions", "session.read");
  await forbidden(`/users/${member.id}/sessions`, "session.read");
  await forbidden(`/users/${member.id}/activity`, "audit.read");
});

/** S3-PRV-03, S3-PRV-05: what is not theirs is neither in the menu nor behind its address. */
test("a developer and a trainer see their own pages only", async () => {
  for (const [login, places] of [["builder", ["Overview"]], ["coach", []]]) {
    await become(page, base, login);
    assert.deepEqual(await menu(), places, login);
    await forbidden("/users", "user.read");
    await forbidden("/audit", "audit.read");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("create user");
    await page.getByText("Nothing found").waitFor();
    await page.keyboard.press("Escape");
    await open("/");
    await axe(page, `overview-${login}`);
    await shot(page, `overview-${login}`);
  }
});

/** Rights that change while the console is open change the menu. */
test("the menu follows the rights", async () => {
  await become(page, base, "coach");
  await open("/jobs");
  const { items: [coach] } = await api("GET", "/users?q=coach");
  await api("PATCH", `/users/${coach.id}`, { roles: ["advocate"] });
  await page.locator(".rail").getByRole("link", { name: "Users" }).waitFor();
});
