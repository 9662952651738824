// Small comforts: the palette's commands, keys, names, words.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, become, consoleForTests, shot, until } from "../lib/browser.mjs";
import { admin } from "../lib/server.mjs";

const { page, api, open, base, sam } = await consoleForTests({ demo: 130 }, async ({ api }) => {
  const sam = await api("POST", "/users", { username: "sam", display_name: "Sam Marlow", password: admin.password });
  await api("PATCH", `/users/${sam.id}`, { status: "suspended", status_reason: "left" });
  return { sam };
});

const choose = async (query) => {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill(query);
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("Enter");
};

test("the palette chooses the theme and says when it cannot search", async () => {
  await open("/users");
  await choose("dark");
  await until("it is dark", () => page.evaluate(() => document.documentElement.dataset.theme === "dark"));
  await choose("theme system");
  await until("it is as the system has it", () => page.evaluate(() => !document.documentElement.dataset.theme));
  await page.route("**/api/v1/users?*", (route) => route.abort());
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("sam");
  await page.getByRole("alert").getByText("could not be searched").waitFor();
  await shot(page, "palette-failed");
  await page.unroute("**/api/v1/users?*");
  await page.keyboard.press("Escape");
});

test("the keys are listed, and reach the filter of the settings", async () => {
  await open("/settings");
  await page.locator(".setting").first().waitFor();
  await page.keyboard.press("/");
  await page.locator("[data-filter]:focus").waitFor();
  await page.locator("h1").click();
  await page.keyboard.press("?");
  const dialog = page.getByRole("dialog", { name: "Keys" });
  await dialog.waitFor();
  await axe(page, "keys");
  await shot(page, "keys");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
});

/** One of all is not silently a whole page. */
test("taking one from all that match is said", async () => {
  await open("/users");
  await page.getByLabel("Select the rows of this page").check();
  await page.getByRole("button", { name: /^Select all 13\d matching/ }).click();
  await page.locator("tbody input[type=checkbox]").first().click();
  await page.locator(".toast", { hasText: "Only 49 of this page stay selected" }).waitFor();
  await page.getByRole("button", { name: "Clear the selection" }).click();
});

/** S1-USR-04: 10, 20, 50, 100 rows. */
test("the rows of a page can be chosen", async () => {
  await open("/users");
  await page.getByRole("button", { name: "Display" }).click();
  const rows = page.getByLabel("Rows per page");
  assert.deepEqual(await rows.locator("option").allInnerTexts(), ["10", "20", "50", "100", "500"]);
  await shot(page, "view");
  await rows.selectOption("10");
  await until("ten rows", async () => (await page.locator("tbody tr[data-row]").count()) === 10);
  await rows.selectOption("50");
  await page.keyboard.press("Escape");
});

test("the window says what is not there", async () => {
  await open("/nowhere");
  await until("its title", async () => /^There is nothing at this address/.test(await page.title()));
  await page.goto(`${base}/users/0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e`);
  await until("its title", async () => /^There is nothing at this address/.test(await page.title()));
});

test("the audit log is narrowed by the kind of actor and by the session", async () => {
  const { session_id } = await api("GET", "/me");
  await open(`/audit?actor_kind=system`);
  await page.locator(".chip[data-on]", { hasText: "Kind of actor" }).waitFor();
  await open(`/audit?session_id=${session_id}`);
  await page.locator(".chip[data-on]", { hasText: "Session id" }).waitFor();
  await page.locator("tbody tr[data-row]").first().waitFor();
});

test("a short name is proposed without accents", async () => {
  await open("/organizations/new");
  await page.locator("[name=display_name]").fill("Smørrebrød & Café Łódź Straße");
  await until("the short name", async () => (await page.locator("[name=name]").inputValue()) === "smorrebrod-cafe-lodz-strasse");
  await page.locator("[name=display_name]").fill("");
  await page.locator("[name=name]").fill("");
});

test("the rows of a job lead to their users", async () => {
  const selection = { ids: [sam.id] };
  const plan = await api("POST", "/plans", { action: { kind: "change_user_role", selection, role: "trainer", change: "add" } });
  const job = await api("POST", `/plans/${plan.id}/execution`, {});
  await open(`/jobs/${job.id}`);
  await page.locator("tbody").getByRole("link", { name: "sam" }).click();
  await page.getByRole("heading", { level: 1, name: "Sam Marlow" }).waitFor();
});

/** One message, though the session has ended too; and no way in a circle. */
test("signing in", async () => {
  await api("PATCH", `/users/${sam.id}`, { status: "active" });
  await become(page, base, "sam");
  await api("PATCH", `/users/${sam.id}`, { status: "suspended", status_reason: "left" });
  await page.getByText("Your session has ended").waitFor();
  await page.getByLabel(/username or e-mail/i).fill("sam");
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("suspended").first().waitFor();
  await shot(page, "sign-in-suspended");
  assert.equal(await page.locator(".banner, .field-error").count(), 1);
  await page.goto(`${base}/sign-in?next=/sign-in`);
  await page.getByLabel(/username or e-mail/i).fill(admin.login);
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation").first().waitFor();
  assert.equal(new URL(page.url()).pathname, "/");
});

/** The sessions of a page end together; the own one stays. */
test("ends the selected sessions", async () => {
  await open("/sessions");
  await page.locator("tbody tr[data-row]").first().waitFor();
  const total = async () => Number(await page.locator("h1 .count").innerText());
  const before = await total();
  await page.getByLabel("Select the rows of this page").check();
  await page.getByRole("region", { name: "Actions" }).getByRole("button", { name: "End sessions…" }).click();
  const dialog = page.getByRole("dialog", { name: /^End \d+ sessions?$/ });
  await dialog.getByText("Your own session is among them and stays.").waitFor();
  await axe(page, "end-sessions");
  await shot(page, "end-sessions");
  await dialog.getByRole("button", { name: /^End \d+ session/ }).click();
  await page.locator(".toast", { hasText: /\d+ sessions? ended/ }).waitFor();
  await until("the own one is left of that page", async () => (await total()) === before - 49);
  await page.locator("tbody tr", { hasText: "this session" }).waitFor();
  await page.getByRole("button", { name: /^Details of/ }).first().click();
  await page.locator(".row-detail", { hasText: "Expires" }).waitFor();
  await shot(page, "session-detail");
  await become(page, base, admin.login);
});
