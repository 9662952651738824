// Roles of groups: granted from the group and from the role, held by the members, seen by which way, and taken back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, become, consoleForTests, shot } from "../lib/browser.mjs";
import { admin } from "../lib/server.mjs";

const { page, api, open, base, ann, group } = await consoleForTests({}, async ({ api }) => {
  const kestrel = await api("POST", "/organizations", { name: "kestrel", display_name: "Kestrel", kind: "company" });
  const make = (username, display_name, role) =>
    api("POST", "/users", { username, display_name, organization_id: kestrel.id, roles: [role], password: admin.password });
  const ann = await make("ann", "Ann Marlow", "user");
  await make("chief", "Kestrel Chief", "organization_admin");
  const group = await api("POST", "/groups", { name: "night-shift", display_name: "Night shift", organization_id: kestrel.id });
  await api("POST", `/groups/${group.id}/members`, { username: "ann" });
  await api("POST", "/groups", { name: "everybody", display_name: "Everybody" });
  const permissions = ["user.read", "user.suspend"];
  await api("POST", "/roles", { name: "Help desk", description: "Suspends accounts.", permissions, is_shared: true });
  return { ann, group };
});

const dialog = (name) => page.getByRole("dialog", { name, exact: true });
const row = (title) => page.locator("tbody tr", { hasText: title });
const choose = async (title, verb) => {
  await page.getByRole("button", { name: `Actions for ${title}`, exact: true }).click();
  await page.getByRole("menuitem", { name: verb, exact: true }).click();
};
const pick = async (form, label, typed, found) => {
  await form.getByRole("button", { name: new RegExp(`^${label}:`) }).click();
  await page.getByPlaceholder("Search…").last().fill(typed);
  await form.getByRole("button", { name: found, exact: true }).click();
};

/** S1-GRP-05: a group is given a role on its page; the member's page and the own rights say by which way it is held. */
test("gives a group a role", async () => {
  await open(`/groups/${group.id}`);
  await page.getByRole("navigation", { name: "Parts of the group" }).getByRole("link", { name: "Roles" }).click();
  await page.getByText("No role grants").waitFor();
  await axe(page, "group-roles-empty");
  await shot(page, "group-roles-empty");
  await page.getByRole("button", { name: "Grant role…" }).click();
  const form = dialog("Grant role");
  await pick(form, "Role", "help", "Help desk");
  assert.equal(await form.locator("[name=scope]").inputValue(), "organization");
  await form.locator("[name=reason]").fill("night rota");
  await axe(page, "group-grant-form");
  await shot(page, "group-grant-form");
  await form.getByRole("button", { name: "Grant role" }).click();
  await page.locator(".toast", { hasText: "Help desk granted to Night shift" }).waitFor();
  await row("Help desk").getByRole("link", { name: "Kestrel" }).first().waitFor();
  await axe(page, "group-roles");
  await shot(page, "group-roles");

  await open(`/users/${ann.id}/grants`);
  await row("Help desk").getByRole("link", { name: "Group night-shift" }).waitFor();
  await axe(page, "user-grants-by-group");
  await shot(page, "user-grants-by-group");
});

/** A role on this group alone: to somebody who is not in it, until an end. */
test("grants a role on the group", async () => {
  await open(`/groups/${group.id}`);
  const tabs = page.getByRole("navigation", { name: "Parts of the group" });
  await tabs.getByRole("link", { name: "Access" }).click();
  await page.getByText("No role grants").waitFor();
  await axe(page, "group-access-empty");
  await page.getByRole("button", { name: "Grant role…" }).click();
  const form = dialog("Grant role");
  assert.equal(await form.locator("[name=scope]").inputValue(), "group");
  await pick(form, "User", "chief", "Kestrel Chief");
  await pick(form, "Role", "help", "Help desk");
  await form.getByRole("button", { name: "Grant role" }).click();
  await form.getByText(/carries nothing about groups/i).waitFor();
  await pick(form, "Role", "group m", "Group manager");
  await axe(page, "group-access-form");
  await shot(page, "group-access-form");
  await form.getByRole("button", { name: "Grant role" }).click();
  await page.locator(".toast", { hasText: "Group manager granted to Kestrel Chief" }).waitFor();
  await row("Group manager").getByRole("link", { name: "Kestrel Chief" }).waitFor();
  await axe(page, "group-access");
  await shot(page, "group-access");
});

/** S3-PRV-06: the holders of a role, groups among them; from there to a group of the platform. */
test("shows the groups that hold a role, and grants it to another", async () => {
  await open("/roles");
  await row("Help desk").getByRole("link", { name: "Help desk" }).click();
  await page.getByRole("link", { name: "Holders" }).click();
  await row("Night shift").getByText("Grant to a group").waitFor();
  await page.getByRole("button", { name: "Grant role…" }).click();
  const form = dialog("Grant role");
  await form.locator("[name=holder]").selectOption("group");
  await form.getByRole("button", { name: "Grant role" }).click();
  await form.getByText("Must be chosen.").waitFor();
  await pick(form, "Group", "every", "Everybody");
  await form.locator("[name=scope]").selectOption("platform");
  await axe(page, "role-grant-to-group");
  await shot(page, "role-grant-to-group");
  await form.getByRole("button", { name: "Grant role" }).click();
  await row("Everybody").waitFor();
  await axe(page, "role-holders-groups");
  await shot(page, "role-holders-groups");
  await choose("Everybody", "Withdraw…");
  await dialog("Withdraw Help desk from Everybody").getByText("Whoever is in Everybody loses").waitFor();
  await dialog("Withdraw Help desk from Everybody").getByRole("button", { name: "Withdraw grant" }).click();
  await row("Everybody").waitFor({ state: "detached" });
});

/** Whoever is in the group has the pages that the role opens, and may not change what they hold themselves. */
test("opens pages for the members, who do not give themselves more", async () => {
  await become(page, base, "ann");
  await open("/users");
  await row("Kestrel Chief").waitFor();
  await become(page, base, "chief");
  await open(`/groups/${group.id}/roles`);
  await row("Help desk").waitFor();
  const grant = page.getByRole("button", { name: "Grant role…" });
  assert.ok(await grant.isEnabled());
  await api("POST", `/groups/${group.id}/members`, { username: "chief" });
  await open(`/groups/${group.id}/roles`);
  await grant.waitFor();
  assert.ok(await grant.isDisabled());
  await axe(page, "group-roles-own");
});
