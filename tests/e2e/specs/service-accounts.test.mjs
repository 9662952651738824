// Service accounts: made, told apart from people, given keys, without any way to a password.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, consoleForTests, shot, until } from "../lib/browser.mjs";

const { page, api, open, base } = await consoleForTests({}, async ({ api }) => {
  await api("POST", "/organizations", { name: "engines", display_name: "Analytical Engines" });
});

const dialog = (name) => page.getByRole("dialog", { name });
const row = (title) => page.locator("tbody tr", { hasText: title });

/** S0-USR-07: made by its own form; what it needs next is a key, which is made for it. */
test("makes a service account and a key for it", async () => {
  await open("/users");
  await page.getByRole("link", { name: "Create service account" }).click();
  await page.getByRole("heading", { name: "Create service account", level: 1 }).waitFor();
  assert.equal(await page.locator("input[type=password]").count(), 0);
  await page.locator("[name=display_name]").fill("Nightly export");
  await until("the username follows", async () => (await page.locator("[name=username]").inputValue()) === "nightly-export");
  await axe(page, "service-account-new");
  await shot(page, "service-account-new");
  await page.getByRole("button", { name: "Create service account" }).click();
  await page.getByRole("heading", { name: "Nightly export", level: 1 }).waitFor();
  await page.locator(".pill", { hasText: "Service account" }).first().waitFor();
  await page.getByRole("button", { name: "Create API key…" }).first().click();
  const form = dialog("Create API key");
  await form.locator("[name=title]").fill("export");
  await form.getByRole("checkbox", { name: "user.read", exact: true }).check();
  await form.getByRole("button", { name: "Create API key" }).click();
  await form.getByText("Names what the service account does not have", { exact: false }).waitFor();
  await form.getByRole("checkbox", { name: "user.read", exact: true }).uncheck();
  await form.getByRole("checkbox", { name: "profile.read", exact: true }).check();
  await form.getByRole("button", { name: "Create API key" }).click();
  const shown = dialog("Secret of “export”");
  await shown.getByText("acts as the service account", { exact: false }).waitFor();
  const secret = await shown.getByTestId("secret").textContent();
  const answer = await fetch(`${base}/api/v1/me`, { headers: { authorization: `Bearer ${secret}` } });
  assert.equal((await answer.json()).user.kind, "service");
  await shown.getByRole("button", { name: "I have kept it" }).click();
  await row("export").waitFor();
  await axe(page, "service-account-keys");
  await shot(page, "service-account-keys");
  await row("export").getByRole("button", { name: "Actions for export" }).click();
  await page.getByRole("menuitem", { name: "Rotate secret…" }).waitFor();
  await page.keyboard.press("Escape");
});

test("offers no password and no session of it", async () => {
  const { items } = await api("GET", "/users?kind=service");
  assert.equal(items.length, 1);
  await open(`/users/${items[0].id}/access`);
  await page.getByRole("heading", { name: "Roles" }).waitFor();
  assert.equal(await page.getByText("Set password…").count(), 0);
  assert.equal(await page.getByRole("navigation", { name: "Parts of the user" }).getByRole("link", { name: "Sessions" }).count(), 0);
  await axe(page, "service-account-access");
  await open("/users?kind=service");
  await row("Nightly export").locator(".pill", { hasText: "Service account" }).waitFor();
  assert.equal(await page.locator("tbody tr").count(), 1);
  await shot(page, "service-accounts");
  await row("Nightly export").getByRole("button", { name: "Actions for Nightly export" }).click();
  await page.getByRole("menuitem", { name: "Suspend…" }).waitFor();
  for (const none of ["Set password…", "Create reset link", "End sessions…"]) {
    assert.equal(await page.getByRole("menuitem", { name: none }).count(), 0, none);
  }
  await page.keyboard.press("Escape");
  await open("/users?kind=person");
  await until("people alone", async () => (await row("Nightly export").count()) === 0 && (await page.locator("tbody tr").count()) > 0);
});
