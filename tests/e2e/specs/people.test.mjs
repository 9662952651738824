// Users and organizations: created, changed, suspended, deleted; what others do meanwhile is seen.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, consoleForTests, shot, until } from "../lib/browser.mjs";

const { page, api, open, server } = await consoleForTests();

const box = (name) => page.getByRole("textbox", { name: new RegExp(`^${name}( optional)?$`) });
const button = (name) => page.getByRole("button", { name, exact: true });
const toast = (words) => page.locator(".toast", { hasText: words });

/** S1-UED-16, S4-TRB-01: faults of the form and of the server stand at their field. */
test("creates a user; what is wrong stands at its field", async () => {
  await api("POST", "/users", { username: "taken", display_name: "Somebody Else" });
  await open("/users/new");
  await box("Full name").fill("Ada Byron");
  await box("Username").fill("a b");
  await button("Create user").click();
  const username = box("Username");
  await until("a fault of the form", async () => (await username.getAttribute("aria-invalid")) === "true");

  await username.fill("taken");
  await button("Create user").click();
  const fault = page.locator(".field", { has: username }).locator(".field-error");
  await fault.waitFor();
  assert.match(await fault.innerText(), /taken|in use|already/i);
  assert.ok(await username.evaluate((element) => element === document.activeElement), "the keyboard is at the fault");
  await axe(page, "user-fault");
  await shot(page, "user-fault");

  await username.fill("ada");
  await box("Password").fill("copper kettle four");
  await box("Password again").fill("copper kettle four");
  await button("Create user").click();
  await page.getByRole("heading", { level: 1, name: "Ada Byron" }).waitFor();
  assert.equal((await api("GET", "/users?q=ada")).items[0].username, "ada");
});

/** S0-USR-02, S0-USR-03: from the row's menu; one click takes it back. */
test("suspends from the row menu and undoes it", async () => {
  const bob = await api("POST", "/users", { username: "bob", display_name: "Bob Marlow" });
  const status = async () => (await api("GET", `/users/${bob.id}`)).status;
  await open("/users");
  await button("Actions for Bob Marlow").click();
  await page.getByRole("menuitem", { name: "Suspend…" }).waitFor();
  await axe(page, "row-menu");
  await shot(page, "row-menu");
  await page.getByRole("menuitem", { name: "Suspend…" }).click();
  const dialog = page.getByRole("dialog", { name: "Suspend Bob Marlow" });
  await dialog.getByLabel("Reason").fill("left");
  await axe(page, "suspend-dialog");
  await shot(page, "suspend-dialog");
  await dialog.getByRole("button", { name: "Suspend Bob Marlow" }).click();
  await toast("Bob Marlow suspended").waitFor();
  await shot(page, "toast-undo");
  assert.equal(await status(), "suspended");
  await toast("Bob Marlow suspended").getByRole("button", { name: "Undo" }).click();
  await until("bob is active again", async () => (await status()) === "active");
  await page.locator("tr", { hasText: "Bob Marlow" }).getByText("Active").waitFor();
});

/** Undo keeps the reason for which somebody was suspended. */
test("undoes an activation with the former reason", async () => {
  const user = await api("POST", "/users", { username: "carl", display_name: "Carl" });
  await api("PATCH", `/users/${user.id}`, { status: "suspended", status_reason: "on leave" });
  await open("/users?q=carl");
  await button("Actions for Carl").click();
  await page.getByRole("menuitem", { name: "Activate" }).click();
  await toast("Carl activated").getByRole("button", { name: "Undo" }).click();
  const found = await until("suspended again", async () => {
    const found = await api("GET", `/users/${user.id}`);
    return found.status === "suspended" && found;
  });
  assert.equal(found.status_reason, "on leave");
});

/** S0-USR-02, S0-USR-04, S0-USR-05: roles and passwords from the row's menu. */
test("makes an administrator, sets a password and makes a reset link from the row menu", async () => {
  const { id } = await api("POST", "/users", { username: "dana", display_name: "Dana" });
  // A row that is read anew meanwhile takes its open menu with it.
  const choose = (name) => until(`${name} is chosen`, async () => {
    await button("Actions for Dana").click();
    return page.getByRole("menuitem", { name }).click({ timeout: 1_000 }).then(() => true, () => false);
  });
  await open("/users?q=dana");
  await choose("Make administrator…");
  await page.getByRole("dialog", { name: "Make Dana an administrator" }).getByRole("button", { name: /1 user/ }).click();
  await toast("Roles of Dana changed").waitFor();
  assert.ok((await api("GET", `/users/${id}`)).roles.includes("admin"));
  await choose("Take administrator role…");
  await page.getByRole("dialog").getByRole("button", { name: /1 user/ }).click();
  await until("no administrator any more", async () => !(await api("GET", `/users/${id}`)).roles.includes("admin"));

  await choose("Set password…");
  const dialog = page.getByRole("dialog", { name: "Set the password of Dana" });
  const first = dialog.locator("[name=new-password]");
  await until("the keyboard begins at the first field", () => first.evaluate((element) => element === document.activeElement));
  await first.fill("copper kettle four");
  await dialog.locator("[name=repeated-password]").fill("copper kettle four");
  await dialog.getByRole("button", { name: "Set password" }).click();
  await toast("Password of Dana set").waitFor();
  await server.signIn("dana", "copper kettle four").catch((error) => assert.match(String(error), /password/));

  await choose("Create reset link");
  await page.getByRole("dialog", { name: "Password reset link" }).getByText(/reset-password/).waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
});

/** What an administrator may do more than others is shown before it is given. */
test("shows what is gained before it grants it", async () => {
  const { id } = await api("POST", "/users", { username: "gina", display_name: "Gina" });
  const dialog = page.getByRole("dialog", { name: "Change the rights of Gina" });
  await open(`/users/${id}/access`);
  await page.locator("input[name=admin]").check();
  await button("Save changes").last().click();
  await dialog.getByText("Gains the role Administrator.").waitFor();
  await dialog.getByText("setting.update", { exact: true }).waitFor();
  await axe(page, "grant");
  await shot(page, "grant");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  assert.deepEqual((await api("GET", `/users/${id}`)).roles, ["user"]);
  await button("Save changes").last().click();
  await dialog.getByRole("button", { name: "Save changes" }).click();
  await toast("Changes saved").waitFor();
  assert.ok((await api("GET", `/users/${id}`)).roles.includes("admin"));
});

/** S4-SES-02: whose session ends, and where, is said before and after. */
test("ends a session after a question", async () => {
  const { id } = await api("POST", "/users", { username: "sam", display_name: "Sam", password: "copper kettle four" });
  await server.signIn("sam", "copper kettle four");
  await open(`/sessions?user_id=${id}`);
  await button("Actions for Sam").click();
  await page.getByRole("menuitem", { name: "End session…" }).click();
  const dialog = page.getByRole("dialog", { name: /^End the session of Sam on .*, 127\.0\.0\.1$/ });
  await axe(page, "end-session");
  await dialog.getByRole("button", { name: "End session" }).click();
  await toast(/^Session of Sam on .* ended/).waitFor();
  assert.equal((await api("GET", `/sessions?user_id=${id}`)).total, 0);
});

/** What another client changes appears in the open table without a reload. */
test("an open table follows changes made elsewhere", async () => {
  const row = page.locator("tr", { hasText: "Bob Renamed" });
  await open("/users");
  await page.locator("tr", { hasText: "Bob Marlow" }).waitFor();
  await page.evaluate(() => { window.untouched = true; });
  const bob = (await api("GET", "/users?q=bob")).items[0];
  await api("PATCH", `/users/${bob.id}`, { display_name: "Bob Renamed" });
  await row.waitFor();
  await api("PATCH", `/users/${bob.id}`, { status: "suspended", status_reason: "night watch" });
  await row.getByText("Suspended").waitFor();
  assert.ok(await page.evaluate(() => window.untouched), "the page was not loaded again");
});

/** Somebody else saved first: nothing is overwritten and nothing typed is lost; what was saved stands beside it. */
test("a form that is out of date does not overwrite", async () => {
  const eve = await api("POST", "/users", { username: "eve", display_name: "Eve" });
  await open(`/users/${eve.id}`);
  await box("Last name").fill("Harrington");
  await box("Full name").fill("Eve Harrington");
  await page.getByText("2 changes", { exact: true }).waitFor();
  await api("PATCH", `/users/${eve.id}`, { first_name: "Evelyn", display_name: "Evelyn H." });
  await button("Save changes").last().click();
  await page.getByText("This changed meanwhile").waitFor();
  assert.equal(await box("Last name").inputValue(), "Harrington", "what was typed stays");
  await axe(page, "stale-form");
  await shot(page, "stale-form");
  await button("Load current state").click();
  await until("an untouched field shows what was saved", async () => (await box("First name").inputValue()) === "Evelyn");
  assert.equal(await box("Last name").inputValue(), "Harrington", "a touched field keeps what was typed");
  assert.equal(await box("Full name").inputValue(), "Eve Harrington");
  await page.getByText("Saved meanwhile: “Evelyn H.”").waitFor();
  await axe(page, "merged-form");
  await shot(page, "merged-form");
  await button("Take it over").click();
  assert.equal(await box("Full name").inputValue(), "Evelyn H.");
  await page.getByText("Saved meanwhile").waitFor({ state: "detached" });
  await page.getByText("1 change", { exact: true }).waitFor();
  await button("Save changes").last().click();
  await toast("Changes saved").waitFor();
  const saved = await api("GET", `/users/${eve.id}`);
  assert.deepEqual([saved.first_name, saved.last_name, saved.display_name], ["Evelyn", "Harrington", "Evelyn H."]);
});

/** The same for roles and for organizations. */
test("other forms that are out of date do not overwrite either", async () => {
  const stale = async (change, path, meanwhile, theirs) => {
    await open(path);
    await change();
    await page.getByText("1 change", { exact: true }).waitFor();
    await meanwhile();
    await button("Save changes").last().click();
    await page.getByText("This changed meanwhile").waitFor();
    await button("Load current state").click();
    await page.getByText(`Saved meanwhile: “${theirs}”`).waitFor();
  };
  const otto = await api("POST", "/users", { username: "otto", display_name: "Otto" });
  await stale(() => page.locator("input[name=trainer]").check(), `/users/${otto.id}/access`,
    () => api("PATCH", `/users/${otto.id}`, { roles: ["developer"] }), "Developer");
  assert.ok(await page.locator("input[name=trainer]").isChecked(), "what was ticked stays");
  await shot(page, "merged-roles");
  await button("Take it over").click();
  assert.ok(await page.locator("input[name=developer]").isChecked());
  await page.getByText("1 change", { exact: true }).waitFor({ state: "hidden" });
  assert.deepEqual((await api("GET", `/users/${otto.id}`)).roles, ["developer"]);
  const guild = await api("POST", "/organizations", { name: "guild", display_name: "Guild", kind: "other" });
  await stale(() => box("Name").fill("My Guild"), `/organizations/${guild.id}`,
    () => api("PATCH", `/organizations/${guild.id}`, { display_name: "Their Guild" }), "Their Guild");
  assert.equal(await box("Name").inputValue(), "My Guild");
  await button("Save changes").last().click();
  await toast("Changes saved").waitFor();
  assert.equal((await api("GET", `/organizations/${guild.id}`)).display_name, "My Guild");
});

/** S0-ORG-01: created, changed, deleted with exact numbers and by typing the name; members stay. */
test("creates, changes and deletes an organization", async () => {
  await open("/organizations/new");
  await box("Name").fill("Analytical Engines");
  await until("a short name is offered", async () => (await box("Short name").inputValue()) === "analytical-engines");
  await button("Create organization").click();
  await page.getByRole("heading", { level: 1, name: "Analytical Engines" }).waitFor();
  const { id } = (await api("GET", "/organizations?q=analytical")).items[0];
  const member = await api("POST", "/users", { username: "charles", display_name: "Charles", organization_id: id });

  await page.getByLabel("Kind", { exact: true }).selectOption("university");
  await button("Save changes").last().click();
  await toast("Changes saved").waitFor();
  assert.equal((await api("GET", `/organizations/${id}`)).kind, "university");

  await button("Delete…").click();
  const dialog = page.getByRole("dialog", { name: "Delete Analytical Engines" });
  await dialog.getByLabel("What becomes of its member").selectOption("stay");
  await dialog.getByRole("button", { name: "Show what would happen" }).click();
  const confirm = dialog.getByRole("button", { name: /^Delete 1 organization/ });
  await confirm.waitFor();
  await axe(page, "plan-organization");
  await shot(page, "plan-organization");
  assert.ok(await confirm.isDisabled(), "the name is typed first");
  await dialog.getByLabel(/^Type .* to confirm$/).fill("analytical-engines");
  await confirm.click();
  await page.waitForURL(/\/organizations$/);
  await toast("Analytical Engines deleted").waitFor();
  assert.equal((await api("GET", `/users/${member.id}`)).organization_id, null);
});

/** S1-UED-07: with more organizations than a list shows at once, typing finds the one. */
test("moves a user to an organization found by typing", async () => {
  for (let number = 1; number <= 25; number++) {
    await api("POST", "/organizations", { name: `guild-${number}`, display_name: `Guild ${number}`, kind: "other" });
  }
  const dora = await api("POST", "/users", { username: "dora", display_name: "Dora" });
  await open(`/users/${dora.id}/access`);
  await button("Organization: No organization").click();
  const search = page.locator(":popover-open").getByLabel("Search…");
  assert.equal(await page.locator(":popover-open").getByRole("button", { name: "Guild 9" }).count(), 0);
  await search.fill("guild 9");
  await page.locator(":popover-open").getByRole("button", { name: "Guild 9" }).waitFor();
  await axe(page, "organization-field");
  await shot(page, "organization-field");
  await search.press("Enter");
  await button("Organization: Guild 9").waitFor();
  await button("Save changes").last().click();
  await toast("Changes saved").waitFor();
  assert.equal((await api("GET", `/users/${dora.id}`)).organization_name, "Guild 9");
});
