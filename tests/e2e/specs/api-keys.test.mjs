// API keys: made, shown once, edited, rotated, revoked by their owner; seen and revoked by administrators.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, become, consoleForTests, shot, until } from "../lib/browser.mjs";
import { admin } from "../lib/server.mjs";

const { page, api, open, base, server } = await consoleForTests({}, async ({ api }) => {
  const user = await api("POST", "/users", { username: "bob", display_name: "Bob Marlow", password: "copper kettle four" });
  return { user };
});

const dialog = (name) => page.getByRole("dialog", { name });
const row = (title) => page.locator("tbody tr", { hasText: title });
const choose = async (title, verb) => {
  await row(title).getByRole("button", { name: `Actions for ${title}` }).click();
  await page.getByRole("menuitem", { name: verb }).click();
};
const me = (secret) => fetch(`${base}/api/v1/me`, { headers: { authorization: `Bearer ${secret}` } }).then((answer) => answer.status);

/** S1-PLT-08, S1-EXT-08: ends to choose from, a title of its own, shown once; scopes are found by typing. */
test("makes a key and shows its secret once", async () => {
  await open("/profile/keys");
  await axe(page, "own-keys-empty");
  await shot(page, "own-keys-empty");
  await page.getByRole("button", { name: "Create API key…" }).first().click();
  const form = dialog("Create API key");
  await until("the keyboard begins at the title", () => form.locator("[name=title]").evaluate((field) => field === document.activeElement));
  await page.keyboard.press("Enter");
  await form.getByText("Must name at least one permission.").waitFor();
  await form.locator("[name=title]").fill("nightly export");
  await form.getByLabel("Find a permission…").fill("user upd");
  await form.getByRole("checkbox", { name: "user.update", exact: true }).check();
  assert.equal(await form.getByRole("checkbox", { name: "audit.read" }).isVisible(), false);
  await form.getByText("2 chosen").waitFor();
  await form.getByLabel("Find a permission…").fill("");
  assert.ok(await form.getByRole("checkbox", { name: "user.read", exact: true }).isChecked(), "what shows it comes along");
  await form.getByRole("checkbox", { name: "profile.read" }).check();
  await form.locator("[name=networks]").fill("everywhere");
  await form.getByRole("button", { name: "Create API key" }).click();
  await form.locator("[name=networks][aria-invalid=true]").waitFor();
  await form.locator("[name=networks]").fill("127.0.0.0/8");
  await form.locator("[name=requests_per_minute]").fill("600");
  await axe(page, "key-form");
  await shot(page, "key-form");
  await form.getByRole("button", { name: "Create API key" }).click();
  const shown = dialog("Secret of “nightly export”");
  await shown.waitFor();
  await page.keyboard.press("Escape");
  const secret = await shown.getByTestId("secret").textContent();
  assert.match(secret, /^qdk_/);
  assert.equal(await me(secret), 200);
  await axe(page, "key-secret");
  await shot(page, "key-secret");
  await shown.getByRole("button", { name: "I have kept it" }).click();
  await row("nightly export").waitFor();
  assert.equal(await page.getByText(secret).count(), 0);
  const { items } = await api("GET", "/api-keys");
  assert.deepEqual([items[0].networks, items[0].requests_per_minute], [["127.0.0.0/8"], 600]);
  await axe(page, "own-keys");
  await shot(page, "own-keys");
});

test("edits a key", async () => {
  await open("/profile/keys");
  await choose("nightly export", "Edit…");
  const form = dialog("Edit “nightly export”");
  assert.ok(await form.getByRole("checkbox", { name: "user.update", exact: true }).isChecked());
  await form.getByRole("checkbox", { name: "user.read", exact: true }).uncheck();
  await form.locator("[name=title]").fill("weekly export");
  await form.getByRole("button", { name: "Save changes" }).click();
  await row("weekly export").waitFor();
  const { items } = await api("GET", "/api-keys");
  assert.deepEqual(items[0].scopes, ["profile.read"], "what rests on it goes too");
});

/** Both secrets work for the overlap. */
test("rotates a secret", async () => {
  await open("/profile/keys");
  await choose("weekly export", "Rotate secret…");
  const form = dialog("Rotate the secret of “weekly export”");
  assert.equal(await form.locator("[name=overlap]").inputValue(), "86400");
  await axe(page, "key-rotate");
  await shot(page, "key-rotate");
  await form.getByRole("button", { name: "Rotate secret" }).click();
  const shown = dialog("Secret of “weekly export”");
  const secret = await shown.getByTestId("secret").textContent();
  assert.equal(await me(secret), 200);
  await shown.getByRole("button", { name: "I have kept it" }).click();
  await page.getByRole("button", { name: "Details of weekly export" }).click();
  await page.getByText("Former secret works until").waitFor();
  await axe(page, "key-detail");
  await shot(page, "key-detail");
});

/** S1-PLT-09: what the platform's maximum forbids is not offered. */
test("offers ends as far as the platform allows", async () => {
  const ends = async () => {
    await page.getByRole("button", { name: "Create API key…" }).first().click();
    const options = await dialog("Create API key").locator("[name=end] option").allTextContents();
    await page.keyboard.press("Escape");
    return options;
  };
  await open("/profile/keys");
  assert.deepEqual(await ends(), ["7 days", "30 days", "60 days", "90 days", "On a date…", "Never"]);
  await api("PATCH", "/settings", { values: { "api_keys.enforce_maximum": true, "api_keys.maximum_days": 45 } });
  await open("/profile/keys");
  assert.deepEqual(await ends(), ["7 days", "30 days", "45 days", "On a date…"]);
  await page.getByRole("button", { name: "Create API key…" }).first().click();
  const form = dialog("Create API key");
  await form.getByText("The platform allows at most 45 days.").waitFor();
  await form.locator("[name=end]").selectOption("date");
  await form.locator("[name=title]").fill("too long");
  await form.getByRole("checkbox", { name: "profile.read" }).check();
  await form.locator("[name=day]").fill("2099-01-01");
  await form.getByRole("button", { name: "Create API key" }).click();
  await form.getByText("Must be at most 45 days from now.").waitFor();
  await page.keyboard.press("Escape");
  await api("PATCH", "/settings", { values: { "api_keys.enforce_maximum": false } });
});

/** S3-KEY-01..03: the inventory: whose keys, what they were given and used, and the way to end one. */
test("shows the keys of others and revokes one", async () => {
  await become(page, base, "bob", "copper kettle four");
  assert.equal(await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "API keys" }).count(), 0);
  const token = await server.signIn("bob", "copper kettle four");
  const made = await server.api("POST", "/api/v1/api-keys", { title: "bob's script", scopes: ["profile.read"] }, token);
  await become(page, base, admin.login);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "API keys" }).click();
  await row("bob's script").waitFor();
  await row("weekly export").waitFor();
  await axe(page, "api-keys");
  await shot(page, "api-keys");
  await open("/api-keys?expires_before=2027-01-01T00:00:00Z");
  await until("those without end are left out", async () => (await row("bob's script").count()) === 0 && (await row("weekly export").count()) === 1);
  await open(`/users/${made.api_key.user_id}/keys`);
  await row("bob's script").waitFor();
  await axe(page, "user-keys");
  await shot(page, "user-keys");
  await choose("bob's script", "Revoke…");
  const form = dialog("Revoke the key “bob's script” of Bob Marlow");
  await until("the keyboard begins at Cancel", () =>
    form.getByRole("button", { name: "Cancel" }).evaluate((element) => element === document.activeElement));
  await form.getByRole("button", { name: "Revoke key" }).click();
  await page.locator(".toast", { hasText: "“bob's script” revoked" }).waitFor();
  await until("the script is refused", async () => (await me(made.secret)) === 401);
});
