// The own account: profile and sessions.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, consoleForTests, shot, until } from "../lib/browser.mjs";

const { page, api, open, server } = await consoleForTests();

/** S3-MNU-03: the own profile. */
test("changes the own profile", async () => {
  await open("/profile");
  await page.locator("datalist option[value='Europe/Oslo']").waitFor({ state: "attached" });
  await page.locator("[name=last_name]").fill("Murray Hopper");
  await page.locator("[name=organization_label]").fill("Naval Reserve");
  await page.locator("[name=country]").fill("us");
  await page.getByRole("button", { name: /^Save/ }).last().click();
  await page.locator(".toast", { hasText: "Changes saved" }).waitFor();
  const { user } = await api("GET", "/me");
  assert.deepEqual([user.last_name, user.organization_label, user.country], ["Murray Hopper", "Naval Reserve", "US"]);
  await page.locator("[name=country]").fill("");
  await page.getByRole("button", { name: /^Save/ }).last().click();
  await page.locator(".dirty-bar").waitFor({ state: "detached" });
  assert.equal((await api("GET", "/me")).user.country, null);
});

/** What is saved elsewhere meanwhile is seen in an untouched form, and not overwritten by a touched one. */
test("the own profile is not overwritten", async () => {
  await open("/profile");
  await api("PATCH", "/me", { first_name: "Grace" });
  await until("the form follows", async () => (await page.locator("[name=first_name]").inputValue()) === "Grace");
  await page.locator("[name=last_name]").fill("Hopper");
  await api("PATCH", "/me", { first_name: "Amazing" });
  await page.getByRole("button", { name: /^Save/ }).last().click();
  await page.getByText("This changed meanwhile").waitFor();
  assert.equal(await page.locator("[name=last_name]").inputValue(), "Hopper");
  assert.equal((await api("GET", "/me")).user.last_name, "Murray Hopper");
  await page.getByRole("button", { name: "Load current state" }).click();
  await until("the form shows what is saved", async () => (await page.locator("[name=first_name]").inputValue()) === "Amazing");
  assert.equal(await page.getByText("This changed meanwhile").count(), 0);
  assert.equal(await page.locator("[name=last_name]").inputValue(), "Hopper", "what was typed stays");
  await page.getByRole("button", { name: /^Save/ }).last().click();
  await page.locator(".toast", { hasText: "Changes saved" }).waitFor();
  const { user } = await api("GET", "/me");
  assert.deepEqual([user.first_name, user.last_name], ["Amazing", "Hopper"]);
});

/** S4-SES-02: which session it is, and the question before it ends. */
test("ends one of the own sessions after a question", async () => {
  await server.signIn();
  await open("/profile/security");
  await page.getByRole("button", { name: "End session…" }).first().click();
  const dialog = page.getByRole("dialog", { name: /^End your session on .*, 127\.0\.0\.1$/ });
  await dialog.waitFor();
  await until("the keyboard begins at Cancel", () =>
    dialog.getByRole("button", { name: "Cancel" }).evaluate((element) => element === document.activeElement));
  const before = (await api("GET", "/me/sessions")).items.length;
  await dialog.getByRole("button", { name: "Cancel" }).click();
  assert.equal((await api("GET", "/me/sessions")).items.length, before);
  await page.getByRole("button", { name: "End session…" }).first().click();
  await dialog.getByRole("button", { name: "End session" }).click();
  await page.locator(".toast", { hasText: /^Your session on .* ended/ }).waitFor();
});

/** The hint follows every rule in force. */
test("a password fits when it breaks no rule", async () => {
  await api("PATCH", "/settings", { values: { "password.require_upper": true, "password.require_digit": true } });
  await open("/profile/security");
  const typed = page.locator("[name=new-password]");
  const met = page.locator(".password-rules li[data-met]");
  const fits = page.getByText("Fits the rules.");
  for (const [password, count] of [["copper kettle four", 2], ["Copper kettle four", 3], [" Copper kettle 4", 4]]) {
    await typed.fill(password);
    await until(`${count} rules are met by “${password}”`, async () => (await met.count()) === count);
    assert.equal(await fits.count(), 0);
  }
  await axe(page, "password-rules");
  await shot(page, "password-rules");
  await typed.fill("Copper kettle 4");
  await fits.waitFor();
  await typed.fill("");
});

/** S4-SES-03: the own sessions; the others end by one click. */
test("ends the other own sessions", async () => {
  await server.signIn();
  await open("/profile/security");
  await page.getByText("this session").waitFor();
  await axe(page, "own-sessions");
  await shot(page, "own-sessions");
  await page.getByRole("button", { name: /^End \d+ other sessions?$/ }).click();
  await until("one session is left", async () => (await page.getByText("127.0.0.1").count()) === 1);
});
