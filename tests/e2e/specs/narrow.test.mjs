// The console on a phone: menu, filters, rows as cards, dialogs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, consoleForTests, until } from "../lib/browser.mjs";

const { page, open } = await consoleForTests({}, async ({ page, api }) => {
  await api("POST", "/users", { username: "bob", display_name: "Bob Marlow" });
  const eve = await api("POST", "/users", { username: "eve", display_name: "Eve Harrington" });
  await api("PATCH", `/users/${eve.id}`, { status: "suspended", status_reason: "left" });
  await page.setViewportSize({ width: 360, height: 780 });
});

const sheet = () => page.getByRole("dialog", { name: "Main" });
const fits = () => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

/** The rail is a sheet, which closes behind the page that it leads to. */
test("the menu is a sheet", async () => {
  await open("/");
  assert.ok(!(await page.locator(".frame > .rail").isVisible()));
  await page.getByRole("button", { name: "Open navigation" }).click();
  await sheet().waitFor();
  await axe(page, "sheet");
  await sheet().getByRole("link", { name: "Users" }).click();
  await page.waitForURL(/\/users$/);
  await sheet().waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Open navigation" }).click();
  await page.keyboard.press("Escape");
  await sheet().waitFor({ state: "hidden" });
});

/** Filters open within the screen, and a row is a card that keeps its verbs. */
test("filters and cards fit", async () => {
  await open("/users");
  await page.getByText("Bob Marlow").waitFor();
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  const panel = page.locator(":popover-open");
  const box = await panel.boundingBox();
  assert.ok(box.x >= 0 && box.x + box.width <= 360, JSON.stringify(box));
  await panel.getByRole("button", { name: "Status", exact: true }).click();
  await panel.getByRole("button", { name: "Suspended", exact: true }).click();
  await page.waitForURL(/status=suspended/);
  await until("one card is left", async () => (await page.locator("tbody tr[data-row]").count()) === 1);
  assert.ok(await fits());
  await axe(page, "cards");
  await page.getByRole("button", { name: "Actions for Eve Harrington" }).click();
  await page.getByRole("menuitem", { name: "Delete…" }).click();
  const dialog = page.getByRole("dialog", { name: "Delete Eve Harrington" });
  await dialog.getByRole("button", { name: /^Delete 1 user/ }).waitFor();
  assert.equal((await dialog.boundingBox()).width, 360, "a dialog fills the screen");
  await axe(page, "plan-narrow");
  await dialog.getByRole("button", { name: "Cancel" }).click();
});
