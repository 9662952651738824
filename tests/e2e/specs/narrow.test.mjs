// The console on a phone: menu, filters, rows as cards, dialogs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, consoleForTests, forGood, shot, until } from "../lib/browser.mjs";

const { page, api, open } = await consoleForTests({}, async ({ page, api }) => {
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
  await forGood(page);
  const dialog = page.getByRole("dialog", { name: "Delete Eve Harrington" });
  await dialog.getByRole("button", { name: /^Delete 1 user/ }).waitFor();
  assert.equal((await dialog.boundingBox()).width, 360, "a dialog fills the screen");
  await axe(page, "plan-narrow");
  await dialog.getByRole("button", { name: "Cancel" }).click();
});

/** The head of the table is a strip: all rows of the page, and what they can be sorted by. */
test("cards are sorted and selected", async () => {
  await page.setViewportSize({ width: 360, height: 780 });
  await open("/users");
  await page.getByText("Bob Marlow").waitFor();
  await page.getByRole("button", { name: "Sort by Name" }).click();
  await page.waitForURL(/sort=display_name/);
  await page.getByLabel("Select the rows of this page").click();
  await page.getByText("3 selected").waitFor();
  await shot(page, "strip");
  await page.setViewportSize({ width: 360, height: 780 });
  await page.getByRole("button", { name: "Clear the selection" }).click();
  assert.ok(await fits());
});

/** WCAG 2.5.8: what can be hit is at least 24 pixels high and wide, 44 on cards. */
test("targets are large enough", async () => {
  const small = (side) => page.evaluate((side) => {
    const reach = (element, box, x, y) => {
      const hit = document.elementFromPoint(box.x + box.width / 2 + x, box.y + box.height / 2 + y);
      return !hit || hit === element || element.contains(hit) || hit.closest("label")?.contains(element);
    };
    const shown = [...document.querySelectorAll("button, input[type=checkbox], input[type=radio], select, .rail a")]
      .map((element) => [element, element.getBoundingClientRect()])
      .filter(([element, box]) => box.width > 1 && box.y > 0 && box.bottom < innerHeight && box.x >= 0 && box.right <= innerWidth
        && element.checkVisibility({ visibilityProperty: true }) && !element.matches(".link-button, .visually-hidden"));
    const cards = side > 24 ? shown.filter(([element]) => element.closest(".cell-select, .cell-verbs, thead")) : shown;
    const half = side / 2 - 1;
    return cards.filter(([element, box]) => ![[-half, 0], [half, 0], [0, -half], [0, half]].every(([x, y]) => reach(element, box, x, y)))
      .map(([element, box]) => `${element.ariaLabel ?? element.textContent} ${box.width}x${box.height}`);
  }, side);
  for (const [path, width] of [["/users", 1440], ["/users", 360], ["/sessions", 360], ["/settings", 1440], ["/audit", 360], ["/profile/security", 360]]) {
    await page.setViewportSize({ width, height: 780 });
    await open(path);
    await page.locator(".table-scroll[aria-busy=false], .setting, .rows").first().waitFor();
    assert.deepEqual(await small(24), [], `${path} at ${width}`);
    if (width === 360) assert.deepEqual(await small(44), [], `cards of ${path}`);
  }
});

/** Between a telephone and a desk the list has fewer columns, never a bar to scroll it sideways. */
test("the list of users never scrolls sideways", async () => {
  const name = "Wolfeschlegelsteinhausenbergerdorff ".repeat(3).trim();
  await api("POST", "/users", { username: "wolfe", display_name: name, email: "hubert.blaine.wolfeschlegelstein@example.com" });
  await open("/users");
  await page.getByText("Bob Marlow").waitFor();
  for (const width of [360, 641, 700, 768, 820, 900, 1024, 1100, 1180, 1270, 1440]) {
    await page.setViewportSize({ width, height: 780 });
    const over = await page.locator(".table-scroll").evaluate((list) => list.scrollWidth - list.clientWidth);
    assert.ok(over <= 0, `${over} pixels too wide at ${width}`);
  }
  await page.setViewportSize({ width: 1024, height: 780 });
  await page.getByText("Sorted by Created ↓").waitFor();
  await shot(page, "users-room");
  await page.setViewportSize({ width: 360, height: 780 });
  const lines = await page.getByRole("link", { name }).evaluate((link) => link.getBoundingClientRect().height);
  assert.ok(lines < 60, "a long name takes two lines");
});

/** Of more tabs than fit, the open one is in sight: after a reload, and when it is opened from elsewhere. */
test("the open tab is in sight", async () => {
  await page.setViewportSize({ width: 360, height: 780 });
  const [bob] = (await api("GET", "/users?q=bob")).items;
  const tabs = page.getByRole("navigation", { name: "Parts of the user" });
  const isInSight = (name) => tabs.getByRole("link", { name, exact: true }).evaluate((tab) => {
    const [own, row] = [tab, tab.parentElement].map((element) => element.getBoundingClientRect());
    return own.left >= row.left && own.right <= row.right;
  });
  await open(`/users/${bob.id}/activity`);
  await until("the last tab is in sight", () => isInSight("Activity"));
  assert.ok(!(await isInSight("Profile")), "there are more tabs than fit");
  await shot(page, "tabs");
  await page.setViewportSize({ width: 360, height: 780 });
  await open(`/users/${bob.id}`);
  assert.ok(await isInSight("Profile"));
  await tabs.getByRole("link", { name: "Activity" }).dispatchEvent("click");
  await page.waitForURL(/\/activity$/);
  await until("the tab that was opened is in sight", () => isInSight("Activity"));
  assert.ok(await fits());
});
