// Roles: the list and the matrix, a role of the platform's own making, its grants, and what the granted person sees.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, become, consoleForTests, shot, until } from "../lib/browser.mjs";
import { admin } from "../lib/server.mjs";

const { page, api, open, base, ann } = await consoleForTests({}, async ({ api }) => {
  const kestrel = await api("POST", "/organizations", { name: "kestrel", display_name: "Kestrel", kind: "company" });
  const make = (username, display_name, role, organization_id = null) =>
    api("POST", "/users", { username, display_name, organization_id, roles: [role], password: admin.password });
  const ann = await make("ann", "Ann Marlow", "user");
  await make("guide", "Grant Guide", "advocate");
  await make("chief", "Kestrel Chief", "organization_admin", kestrel.id);
  await make("deck", "Deck Hand", "user", kestrel.id);
  return { ann };
});

const dialog = (name) => page.getByRole("dialog", { name, exact: true });
const row = (title) => page.locator("tbody tr", { hasText: title });
const rail = () => page.getByRole("navigation", { name: "Main" });
const choose = async (title, verb) => {
  await page.getByRole("button", { name: `Actions for ${title}`, exact: true }).click();
  await page.getByRole("menuitem", { name: verb, exact: true }).click();
};
const pick = async (form, label, typed, found) => {
  await form.getByRole("button", { name: new RegExp(`^${label}:`) }).click();
  await page.getByPlaceholder("Search…").last().fill(typed);
  await form.getByRole("button", { name: found, exact: true }).click();
};

/** S3-PRV-02..06: the built-in roles, what each is for, and how far it carries each permission. */
test("shows the roles and the whole matrix", async () => {
  await open("/");
  await rail().getByRole("link", { name: "Roles" }).click();
  for (const name of ["Administrator", "Developer", "Advocate", "Trainer", "User"]) {
    await page.locator("tbody").getByRole("link", { name, exact: true }).waitFor();
  }
  await page.getByRole("link", { name: "Matrix" }).click();
  const cell = (permission, role) =>
    page.locator(".matrix").evaluate((table, [permission, role]) => {
      const column = [...table.querySelectorAll("thead th")].findIndex((head) => head.textContent === role);
      const line = [...table.querySelectorAll("tbody tr")].find((line) => line.querySelector("code")?.textContent === permission);
      return line.querySelectorAll("td")[column].textContent.trim();
    }, [permission, role]);
  await page.locator(".matrix").waitFor();
  assert.equal(await cell("user.read", "Advocate"), "on the whole platform");
  assert.equal(await cell("user.read", "Organization administrator"), "on the own organization");
  assert.equal(await cell("user.read", "Developer"), "");
  assert.equal(await cell("api_key.write", "User"), "on what is one's own");
  await axe(page, "roles-matrix-built-in");
});

/** S3-PRV-08: a role is made from a built-in one; what differs from it is shown, in the matrix too. By the keyboard. */
test("makes a custom role from a built-in one", async () => {
  await open("/roles?act=create");
  const form = dialog("Create role");
  await form.locator("[name=name]").fill("x".repeat(51));
  await page.keyboard.press("Enter");
  await form.getByText("Must have at most 50 characters.").waitFor();
  await pick(form, "Start from", "advoc", "Advocate");
  await until("the form is filled", async () => (await form.locator("[name=name]").inputValue()) === "Copy of Advocate");
  assert.ok(await form.getByRole("checkbox", { name: "user.read", exact: true }).isChecked());
  await form.locator("[name=name]").fill("Help desk");
  await form.locator("[name=description]").fill("Suspends accounts and sees who is signed in.");
  await form.getByRole("checkbox", { name: "overview.read" }).uncheck();
  const suspend = form.getByRole("checkbox", { name: "user.suspend", exact: true });
  await suspend.focus();
  await page.keyboard.press("Space");
  assert.ok(await suspend.isChecked());
  await axe(page, "role-form");
  await shot(page, "role-form");
  await form.locator("[name=name]").press("Enter");
  await page.getByRole("heading", { name: "Help desk" }).waitFor();
  assert.match(page.url(), /\/roles\/[0-9a-f-]{36}$/);
  await page.locator(".rows li", { hasText: "user.suspend" }).getByText("Added").waitFor();
  await page.locator(".rows li", { hasText: "overview.read" }).getByText("Taken out").waitFor();
  await page.getByText("+1 −1").waitFor();
  await axe(page, "role");
  await shot(page, "role");
  await page.getByRole("button", { name: "Edit…" }).click();
  const edited = dialog("Edit “Help desk”");
  await edited.locator("[name=description]").fill("Suspends accounts and sees who holds them.");
  await edited.getByRole("button", { name: "Save changes" }).click();
  await page.locator(".page-facts", { hasText: "sees who holds them" }).waitFor();
  await page.getByRole("button", { name: "Copy…" }).click();
  await until("the copy is filled", async () => (await form.locator("[name=name]").inputValue()) === "Copy of Help desk");
  assert.ok(await suspend.isChecked());
  await page.keyboard.press("Escape");
  await open("/roles/matrix");
  await page.locator("[data-differs=added] >> visible=true").first().waitFor();
  await axe(page, "roles-matrix");
  await shot(page, "roles-matrix");
  await open("/roles");
  await row("Help desk").getByText("+1 −1").waitFor();
  await axe(page, "roles");
  await shot(page, "roles");
  await open("/roles?permission=user.suspend");
  await row("Help desk").waitFor();
  assert.equal(await row("Advocate").count(), 1, "only as the origin of the other");
});

/** S3-PRV-01, S3-PRV-08: granted on an organization, until an end and for a reason; seen on both pages, and in the menu. */
test("grants a role on an organization, and takes it back", async () => {
  await open(`/users/${ann.id}/grants`);
  await page.getByText("No role grants").waitFor();
  await axe(page, "user-grants-empty");
  await shot(page, "user-grants-empty");
  await page.getByRole("button", { name: "Grant role…" }).click();
  const form = dialog("Grant role");
  await form.getByRole("button", { name: "Grant role" }).click();
  await form.getByText("Must be chosen.").waitFor();
  await pick(form, "Role", "help", "Help desk");
  await form.locator("[name=scope]").selectOption("organization");
  await pick(form, "Organization", "kes", "Kestrel");
  await form.locator("[name=end]").selectOption("7");
  await form.locator("[name=reason]").fill("holiday cover");
  await axe(page, "grant-form");
  await shot(page, "grant-form");
  await form.getByRole("button", { name: "Grant role" }).click();
  await page.locator(".toast", { hasText: "Help desk granted to Ann Marlow" }).waitFor();
  const held = row("holiday cover");
  await held.getByText("Kestrel").first().waitFor();
  await held.getByText(/in [67] days/).first().waitFor();
  await axe(page, "user-grants");
  await shot(page, "user-grants");
  await held.getByRole("link", { name: "Help desk" }).click();
  await page.getByRole("link", { name: "Holders" }).click();
  await row("Ann Marlow").getByText("holiday cover").first().waitFor();
  await axe(page, "role-holders");
  await shot(page, "role-holders");
  await page.getByRole("link", { name: "Permissions" }).click();
  await page.getByText("withdraw its 1 grant first").waitFor();
  assert.ok(await page.getByRole("button", { name: "Delete…" }).isDisabled());

  await become(page, base, "ann");
  await rail().getByRole("link", { name: "Users" }).click();
  await row("Deck Hand").waitFor();
  assert.equal(await row("Grant Guide").count(), 0, "the grant ends with the organization");
  assert.equal(await rail().getByRole("link", { name: "Roles" }).count(), 0);
  const { items } = await api("GET", `/role-grants?user_id=${ann.id}`);
  await api("DELETE", `/role-grants/${items[0].id}`);
  await rail().getByRole("link", { name: "Users" }).waitFor({ state: "detached" });
  await become(page, base, admin.login);
});

/** S3-PRV-09: withdrawn with a reason, which the audit log keeps; then the role can go. */
test("withdraws a grant with a reason and deletes the role", async () => {
  const { items: [role] } = await api("GET", "/roles?q=help");
  await open(`/roles/${role.id}`);
  await page.getByRole("button", { name: "Grant role…" }).click();
  const form = dialog("Grant role");
  await pick(form, "User", "ann", "Ann Marlow");
  await form.getByRole("button", { name: "Grant role" }).click();
  await page.getByRole("link", { name: "Holders" }).click();
  await row("Ann Marlow").getByText("The platform").first().waitFor();
  await choose("Ann Marlow", "Withdraw…");
  const asked = dialog("Withdraw Help desk from Ann Marlow");
  await asked.locator("[name=reason]").fill("back from holiday");
  await axe(page, "withdraw");
  await shot(page, "withdraw");
  await page.keyboard.press("Enter");
  await page.locator(".toast", { hasText: "Help desk withdrawn from Ann Marlow" }).waitFor();
  await page.getByText("Nobody holds this role").waitFor();
  await axe(page, "role-holders-empty");
  await shot(page, "role-holders-empty");
  const { items: [event] } = await api("GET", `/audit-events?target_id=${ann.id}&action=role.revoked`);
  assert.equal(event.reason, "back from holiday");
  await page.getByRole("link", { name: "Permissions" }).click();
  await page.getByRole("button", { name: "Delete…" }).click();
  const last = dialog("Delete “Help desk”");
  await last.getByText("nobody loses anything").waitFor();
  await last.getByRole("button", { name: "Delete role" }).click();
  await until("the list is shown", () => page.url().endsWith("/roles"));
  await row("Administrator").first().waitFor();
  assert.equal(await row("Help desk").count(), 0);
});

/** S3-PRV-02: who holds a built-in role, by which way. */
test("tells by which way a built-in role is held", async () => {
  await api("POST", "/role-grants", {
    user_id: ann.id, role: "advocate", scope: "platform", expires_at: new Date(Date.now() + 864e5).toISOString(), reason: "night shift",
  });
  await open("/roles/advocate/holders");
  await row("Grant Guide").getByText("Role of the account").first().waitFor();
  await row("Ann Marlow").getByText("night shift").first().waitFor();
  await axe(page, "role-holders-built-in");
  await shot(page, "role-holders-built-in");
  await row("Grant Guide").getByRole("link", { name: "Grant Guide" }).click();
  await page.locator("input[name=advocate]").waitFor();
  await open("/roles/advocate");
  await axe(page, "role-built-in");
  await shot(page, "role-built-in");
  await open("/roles/organization_admin");
  for (const time of ["first", "second"]) {
    await page.getByRole("button", { name: "Grant role…" }).click();
    await dialog("Grant role").getByRole("button", { name: /^Organization:/ }).waitFor();
    assert.equal(await dialog("Grant role").locator("[name=scope]").inputValue(), "organization", `the ${time} time`);
    await page.keyboard.press("Escape");
  }
});

/** S3-PRV-09: nobody hands on more than they have; what a scope needs is said at the field. */
test("refuses what would hand on more than one has", async () => {
  await open(`/users/${ann.id}/grants`);
  await page.getByRole("button", { name: "Grant role…" }).click();
  const form = dialog("Grant role");
  await pick(form, "Role", "devel", "Developer");
  await form.locator("[name=end]").selectOption("none");
  await form.getByRole("button", { name: "Grant role" }).click();
  await form.getByText("Without an end, this is one of the user's own roles: change those.").waitFor();
  await page.keyboard.press("Escape");

  const permissions = ["user.read", "user.read_contact"];
  await api("POST", "/roles", { name: "Contacts", description: "", permissions, is_shared: true });
  const { items: [deck] } = await api("GET", "/users?q=deck");
  await become(page, base, "chief");
  await open(`/users/${deck.id}/grants`);
  await page.getByRole("button", { name: "Grant role…" }).click();
  await pick(form, "Role", "contacts", "Contacts");
  assert.deepEqual(await form.locator("[name=scope] option").allTextContents(), ["One organization", "One group"]);
  await form.getByRole("button", { name: "Grant role" }).click();
  await form.getByText("Nobody hands on user.read_contact who does not hold it there.").waitFor();
  await axe(page, "grant-refused");
  await shot(page, "grant-refused");
  await page.keyboard.press("Escape");
  await open("/roles");
  await row("Contacts").waitFor();
  assert.equal(await page.getByRole("button", { name: "Create role…" }).count(), 0, "defining roles is for administrators");
  await page.getByRole("button", { name: "Actions for Contacts", exact: true }).click();
  const verbs = await page.getByRole("menuitem").allTextContents();
  assert.deepEqual(verbs.map((verb) => verb.trim()), ["Open the role", "Show its holders", "Grant role…"]);
  await page.keyboard.press("Escape");
  await become(page, base, admin.login);
});
