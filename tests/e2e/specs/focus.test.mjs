// Where the keyboard is after an act: never nowhere.
import assert from "node:assert/strict";
import { test } from "node:test";
import { consoleForTests, forGood, until } from "../lib/browser.mjs";

const { page, api, open, bob } = await consoleForTests({}, async ({ api }) => {
  const bob = await api("POST", "/users", { username: "bob", display_name: "Bob Marlow" });
  for (const name of ["ann", "eve"]) await api("POST", "/users", { username: name, display_name: `${name} Harrington` });
  return { bob };
});

const actions = (name) => page.getByRole("button", { name: `Actions for ${name}` });
const choose = async (name, verb) => {
  await actions(name).focus();
  await page.keyboard.press("Enter");
  const item = page.getByRole("menuitem", { name: verb });
  // The menu puts the keyboard on its first item when it has opened.
  await page.locator(":popover-open [role=menuitem]:focus").waitFor();
  await item.focus();
  await page.keyboard.press("Enter");
};
const focused = () => page.evaluate(() => {
  const { tagName, textContent, id } = document.activeElement;
  return document.activeElement.getAttribute("aria-label") ?? (id || (tagName === "A" ? textContent : tagName));
});
const focusOn = (wanted) => until(`the focus is on ${wanted}`, async () => (await focused()) === wanted);
const dialog = () => page.getByRole("dialog");

test("an act from the menu of a row gives the focus back to it", async () => {
  await open("/users");
  await choose("Bob Marlow", "Suspend…");
  await dialog().waitFor();
  await page.keyboard.press("Enter");
  await dialog().waitFor({ state: "hidden" });
  await page.locator("tr", { hasText: "Bob Marlow" }).getByText("Suspended").waitFor();
  await focusOn("Actions for Bob Marlow");
  await choose("Bob Marlow", "Activate");
  await page.locator("tr", { hasText: "Bob Marlow" }).getByText("Active").waitFor();
  await focusOn("Actions for Bob Marlow");
  await choose("Bob Marlow", "Delete…");
  await dialog().waitFor();
  await page.keyboard.press("Escape");
  await focusOn("Actions for Bob Marlow");
});

test("the row after a deleted one has the focus", async () => {
  await open("/users?sort=username");
  await choose("ann Harrington", "Delete…");
  await forGood(page);
  const verb = dialog().getByRole("button", { name: /^Delete 1 user/ });
  await dialog().getByRole("textbox").fill("ann");
  await until("the verb can be used", () => verb.isEnabled());
  await verb.focus();
  await page.keyboard.press("Enter");
  await page.getByText("ann Harrington").first().waitFor({ state: "hidden" });
  await dialog().waitFor({ state: "hidden" });
  await focusOn("Actions for Bob Marlow");
});

test("a refused save puts the focus on the first faulty field, a kept one on the form", async () => {
  await open(`/users/${bob.id}`);
  const name = page.locator("[name=display_name]");
  await name.fill("");
  await page.getByRole("button", { name: "Save changes" }).last().focus();
  await page.keyboard.press("Enter");
  await until("the field has the focus", () => name.evaluate((field) => field === document.activeElement));
  await name.fill("Bob Returned");
  await page.locator(".dirty-bar").getByRole("button", { name: "Save changes" }).focus();
  await page.keyboard.press("Enter");
  await page.locator(".dirty-bar").waitFor({ state: "hidden" });
  await until("the field has the focus", () => name.evaluate((field) => field === document.activeElement));
});

/** The page that is gone takes the focus with it; on the way back the row has it again. */
test("a page that is opened and left", async () => {
  await open("/users?sort=username");
  await page.getByRole("link", { name: "Bob Returned" }).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/users\/.+/);
  await page.getByRole("heading", { level: 1, name: "Bob Returned" }).waitFor();
  await focusOn("content");
  await page.goBack();
  await page.getByRole("link", { name: "Bob Returned" }).waitFor();
  await focusOn("Bob Returned");
});

const scroller = (selector) => page.locator(selector).evaluate((element) => element.scrollTop);

/** Back leads to the rows that one came from, a new page begins at its top. */
test("the place on a page is kept for the way back", async () => {
  for (let index = 0; index < 40; index++) await api("POST", "/users", { username: `user-${index}`, display_name: `User ${index}` });
  await open("/users");
  await page.getByRole("link", { name: "User 5", exact: true }).waitFor();
  await page.locator(".table-scroll").evaluate((element) => element.scrollTo(0, 700));
  const top = await scroller(".table-scroll");
  assert.ok(top > 300);
  await page.getByRole("link", { name: "User 12", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "User 12" }).waitFor();
  await page.goBack();
  await until("the list is where it was", async () => (await scroller(".table-scroll")) === top);
  await open("/settings");
  await page.locator(".setting").first().waitFor();
  await page.locator(".page-scroll").evaluate((element) => element.scrollTo(0, 900));
  await until("it is scrolled", async () => (await scroller(".page-scroll")) === 900);
  await page.getByRole("link", { name: "Users", exact: true }).click();
  await page.getByRole("link", { name: "User 12", exact: true }).waitFor();
  assert.equal(await scroller(".table-scroll"), 0);
  await page.goBack();
  await until("the settings are where they were", async () => (await scroller(".page-scroll")) === 900);
});

/** What was done can be undone for as long as somebody is at it; what failed stays until it is read. */
test("toasts wait for whoever is at them", async () => {
  await page.clock.install();
  await open("/users?sort=username");
  const undo = page.locator(".toasts").getByRole("button", { name: "Undo" });
  const suspend = async () => {
    await choose("Bob Returned", "Suspend…");
    await dialog().waitFor();
    await page.keyboard.press("Enter");
    await undo.waitFor();
  };
  await suspend();
  await page.keyboard.press("F6");
  await until("Undo has the focus", () => undo.evaluate((button) => button === document.activeElement));
  await page.clock.runFor(20_000);
  assert.equal(await undo.count(), 1, "it waits for the keyboard");
  await page.keyboard.press("F6");
  await focusOn("Actions for Bob Returned");
  await page.clock.runFor(9_000);
  await undo.waitFor({ state: "hidden" });
  await choose("Bob Returned", "Activate");
  await undo.waitFor();
  await page.locator(".toast").hover();
  await page.clock.runFor(20_000);
  assert.equal(await undo.count(), 1, "it waits for the pointer");
  await page.mouse.move(700, 10);
  await page.clock.runFor(9_000);
  await undo.waitFor({ state: "hidden" });
  await suspend();
  await page.clock.runFor(9_000);
  await page.route("**/api/v1/users/*", (route) => (route.request().method() === "PATCH" ? route.abort() : route.continue()));
  await choose("Bob Returned", "Activate");
  await page.locator(".toast[data-tone=bad]").waitFor();
  await page.clock.runFor(60_000);
  await page.locator(".toast[data-tone=bad]").waitFor();
  await page.keyboard.press("F6");
  await page.keyboard.press("Enter");
  await page.locator(".toast").waitFor({ state: "hidden" });
  await focusOn("Actions for Bob Returned");
});

/** Nothing is skipped that nobody asked to skip. */
test("a page that was just opened is walked from its beginning", async () => {
  await open("/users");
  await page.locator("tbody tr[data-row]").first().waitFor();
  await page.keyboard.press("Tab");
  await focusOn("Skip to content");
});
