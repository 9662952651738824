// What others change while somebody works in a list: nothing moves under the pointer, nothing closes, no focus is lost.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, consoleForTests, shot, until } from "../lib/browser.mjs";

const { page, api, open, bob } = await consoleForTests({}, async ({ api }) => {
  const bob = await api("POST", "/users", { username: "bob", display_name: "Bob Marlow" });
  await api("POST", "/users", { username: "eve", display_name: "Eve Harrington" });
  return { bob };
});

const row = (name) => page.locator("tbody tr[data-row]", { hasText: name });
const names = () => page.locator("tbody tr[data-row] a").allInnerTexts();
const rename = (display_name) => api("PATCH", `/users/${bob.id}`, { display_name });
const create = (username) => api("POST", "/users", { username, display_name: `New ${username}` });
const news = (words) => page.getByRole("button", { name: words });

/** A row changes in place, under an open menu and a focused link. */
test("a change leaves the menu open and the focus where it is", async () => {
  await open("/users");
  await page.getByRole("button", { name: "Actions for Bob Marlow" }).click();
  const item = page.getByRole("menuitem", { name: "Delete…" });
  await item.waitFor();
  await rename("Bob Renamed");
  await row("Bob Renamed").waitFor();
  assert.ok(await item.isVisible(), "the menu stays open");
  await page.keyboard.press("Escape");
  await row("Bob Renamed").getByRole("link").focus();
  await rename("Bob Again");
  await row("Bob Again").waitFor();
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Bob Again");
});

/** Rows that come, go or move wait until they are asked for, or until nobody is at the list. */
test("new rows wait while the pointer is over the list", async () => {
  await open("/users");
  await row("Bob Again").hover();
  const before = await names();
  await create("ann");
  await news("1 change, show").waitFor();
  await create("ben");
  await news("2 changes, show").waitFor();
  assert.deepEqual(await names(), before, "nothing moved");
  await axe(page, "waiting");
  await shot(page, "waiting");
  await row("Bob Again").hover();
  await rename("Bob Third");
  await row("Bob Third").waitFor();
  assert.equal(await news(/changes, show/).count(), 1, "a change of a row is shown, those that move it wait");
  await news("2 changes, show").click();
  await row("New ben").waitFor();
  assert.deepEqual((await names()).slice(0, 2), ["New ben", "New ann"]);
  assert.equal(await news(/show/).count(), 0);
});

/** The same for a selection, which an act is about to reach. */
test("new rows wait while rows are selected", async () => {
  await open("/users");
  await page.getByLabel("Select Bob Third").click();
  await page.locator("h1").click();
  await create("cat");
  await news("1 change, show").waitFor();
  assert.equal(await page.getByLabel("Select Bob Third").isChecked(), true);
  await page.getByRole("button", { name: "Clear the selection" }).click();
  await page.locator("h1").click();
  await create("dan");
  await row("New dan").waitFor();
  assert.equal(await row("New cat").count(), 1);
  await until("nothing waits", async () => (await news(/show/).count()) === 0);
});

/** The lists of the overview have no chip: they wait until the pointer leaves. */
test("the overview waits until nobody points at its rows", async () => {
  await open("/");
  const first = page.locator(".panel .rows li").first();
  await first.hover();
  const read = [];
  page.on("request", (request) => read.push(new URL(request.url()).pathname));
  await create("fay");
  // What follows a change of the settings comes after what would follow the new user.
  await Promise.all([
    page.waitForResponse((answer) => answer.url().endsWith("/api/v1/meta")),
    api("PATCH", "/settings", { values: { "platform.name": "Kestrel" } }),
  ]);
  assert.ok(!read.includes("/api/v1/overview"), "nothing is read anew under the pointer");
  await page.locator("h1").hover();
  await page.locator(".panel .rows li", { hasText: "created fay" }).waitFor();
});
