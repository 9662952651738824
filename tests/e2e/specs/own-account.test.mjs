// The own account: what happened with it, and its end.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, become, consoleForTests, shot } from "../lib/browser.mjs";
import { admin } from "../lib/server.mjs";

const { page, api, open, server } = await consoleForTests({}, async ({ api }) => {
  await api("POST", "/users", { username: "bob", display_name: "Bob Bell", password: admin.password });
});

/** What one did and what was done with the account, without the right to read the log. */
test("tells what happened with the own account", async () => {
  await become(page, server.base, "bob");
  await open("/profile");
  await page.locator("[name=last_name]").fill("Bell");
  await page.getByRole("button", { name: /^Save/ }).last().click();
  await page.locator(".toast", { hasText: "Changes saved" }).waitFor();
  await page.getByRole("link", { name: "Activity" }).click();
  const rows = page.locator("tbody tr");
  await rows.filter({ hasText: "changed" }).first().waitFor();
  await rows.filter({ hasText: "signed in" }).first().waitFor();
  assert.equal(await page.getByRole("link", { name: "Audit events" }).count(), 0, "the log itself is not for everybody");
  await axe(page, "own-activity");
  await shot(page, "own-activity");
});

/** Views of the own activity are for everybody, as the activity is. */
test("saves a view of the own activity", async () => {
  await open("/profile/activity?outcome=denied");
  await page.locator(".table-scroll[aria-busy=false]").waitFor();
  await page.getByRole("button", { name: /^Views/ }).click();
  await page.getByRole("menuitem", { name: "Save as a view…" }).click();
  const dialog = page.getByRole("dialog", { name: /a view$/ });
  await dialog.getByLabel("Name").fill("What I was refused");
  await dialog.getByRole("button", { name: "Save the view" }).click();
  await page.locator(".toast", { hasText: "“What I was refused” is saved" }).waitFor();
  await page.getByRole("button", { name: "Views: What I was refused" }).waitFor();
});

/** S3-MNU-04: by typing a phrase, where a setting allows it. */
test("deletes the own account", async () => {
  await open("/profile/security");
  await page.getByRole("heading", { name: "Where you are signed in" }).waitFor();
  assert.equal(await page.getByRole("heading", { name: "Danger zone" }).count(), 0);
  await api("PATCH", "/settings", { values: { "account.self_deletion": true } });
  await page.reload();
  await page.getByRole("button", { name: "Delete…" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete your account" });
  await dialog.getByText("gone for good").waitFor();
  await axe(page, "own-deletion");
  await shot(page, "own-deletion");
  const confirm = dialog.getByRole("button", { name: "Delete your account" });
  assert.equal(await confirm.isDisabled(), true);
  await dialog.getByRole("textbox").fill("delete my account");
  await confirm.click();
  await page.getByRole("button", { name: /sign in/i }).waitFor();
  await page.getByText("Your account is deleted").waitFor();
  assert.equal((await api("GET", "/users?q=bob")).total, 0);
});
