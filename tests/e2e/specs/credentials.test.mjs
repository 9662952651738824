// The inventory of credentials: whose, what for, granted and used, and the way to end them, one or several.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, become, consoleForTests, downloaded, shot, until } from "../lib/browser.mjs";

const { page, api, open, base, bob } = await consoleForTests({}, async ({ api, server }) => {
  const bob = await api("POST", "/users", { username: "bob", display_name: "Bob Marlow", password: "copper kettle four" });
  const robot = await api("POST", "/service-accounts", { username: "robot", display_name: "Robot" });
  await api("POST", `/service-accounts/${robot.id}/api-keys`, { title: "nightly", scopes: ["profile.read"] });
  await api("POST", "/api-keys", { title: "weekly export", scopes: ["user.read", "user.update"], ttl_seconds: 604800 });
  const token = await server.signIn("bob", "copper kettle four");
  await server.api("POST", "/api/v1/api-keys", { title: "bob's script", scopes: ["profile.read"] }, token);
  await api("POST", `/users/${bob.id}/password-reset-link`);
  return { bob };
});

const dialog = (name) => page.getByRole("dialog", { name });
const row = (title) => page.locator("tbody tr", { hasText: title });

test("lists whatever somebody can act by", async () => {
  await open("/");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Credentials" }).click();
  await row("weekly export").getByText("granted 2, used 0").waitFor();
  await row("nightly").getByText("Service account").waitFor();
  await row("Reset link").getByRole("link", { name: "Bob Marlow" }).waitFor();
  await axe(page, "credentials");
  await shot(page, "credentials");
  await page.getByRole("button", { name: "Details of weekly export" }).click();
  await page.getByText("(not used in 90 days)").first().waitFor();
  await axe(page, "credentials-detail");
  await shot(page, "credentials-detail");
  const { text } = await downloaded(page, page.getByRole("button", { name: "Export as CSV" }));
  assert.match(text, /api_key,.*weekly export.*"user\.read,user\.update",,2,0/);
});

test("narrows by what nobody needs", async () => {
  await open("/credentials?is_over_scoped=true");
  await row("weekly export").waitFor();
  await until("keys alone", async () => (await page.locator("tbody tr").count()) === 3);
  await open("/credentials?user_kind=service");
  await until("machines alone", async () => (await page.locator("tbody tr").count()) === 1);
  await open("/credentials?unused_days=90");
  await page.locator(".chip", { hasText: "90 days" }).waitFor();
});

test("revokes one, and several at once", async () => {
  await open(`/credentials?user_id=${bob.id}`);
  await until("what is of Bob", async () => (await page.locator("tbody tr").count()) === 3);
  await row("bob's script").getByRole("button", { name: "Actions for bob's script" }).click();
  await page.getByRole("menuitem", { name: "Revoke…" }).click();
  const one = dialog("Revoke “bob's script” of Bob Marlow");
  await one.getByRole("button", { name: "Revoke 1 credential" }).click();
  await page.locator(".toast", { hasText: "1 credential revoked" }).waitFor();
  await until("it is gone", async () => (await row("bob's script").count()) === 0);
  for (const box of await page.locator("tbody input[type=checkbox]").all()) await box.check();
  await page.getByRole("button", { name: "Revoke…" }).click();
  const many = dialog("Revoke 1 credential");
  await many.getByText("1 reset link stays", { exact: false }).waitFor();
  await axe(page, "credentials-revoke");
  await shot(page, "credentials-revoke");
  await many.getByRole("button", { name: "Revoke 1 credential" }).click();
  await until("the link alone is left", async () => (await page.locator("tbody tr").count()) === 1);
  assert.equal((await api("GET", `/users/${bob.id}/sessions`)).items.length, 0);
});

test("is for those who may see it", async () => {
  await become(page, base, "bob", "copper kettle four");
  assert.equal(await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Credentials" }).count(), 0);
  await open("/credentials");
  await page.getByText("credential.read").first().waitFor();
});
