// Getting about: palette, addresses that restore, keyboard, theme, unsaved changes, pages that are not there.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, consoleForTests, shot, until } from "../lib/browser.mjs";

const { page, open, base, ada } = await consoleForTests({ demo: 200 }, async ({ api }) => {
  const ada = await api("POST", "/users", { username: "ada.byron", display_name: "Ada Byron", email: "ada@example.org" });
  return { ada };
});

const rows = () => page.locator("tbody tr[data-row]");
const names = () => rows().locator(".cell-main a").allInnerTexts();
const settled = () => page.locator(".table-scroll[aria-busy=false] tbody tr[data-row]").first().waitFor();

/** Ctrl-K finds people by name, pasted ids and e-mail addresses, settings and acts. */
test("the palette finds", async (t) => {
  for (const [what, typed, option, address] of [
    ["a person by name", () => "ada byr", "Ada Byron", () => `/users/${ada.id}`],
    ["a person by e-mail", () => "ada@example.org", "Ada Byron", () => `/users/${ada.id}`],
    ["a pasted id", () => ada.id, "Open the user with this id", () => `/users/${ada.id}`],
    ["a setting", () => "minimum password", "Minimum password length", () => "/settings?q=password.min_length"],
    ["an act", () => "create org", "Create organization", () => "/organizations/new"],
  ]) {
    await t.test(what, async () => {
      await open("/");
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: /^Search people/ }).fill(typed());
      const found = page.getByRole("option", { name: option });
      await found.first().waitFor();
      if (what === "a person by name") {
        await axe(page, "palette");
        await shot(page, "palette");
      }
      await found.first().click();
      await page.waitForURL(base + address());
    });
  }
});

/** By keyboard alone: a page, then a person, chosen by the arrows. */
test("the palette by keyboard", async () => {
  await open("/");
  const chosen = (name) => page.getByRole("option", { name, selected: true });
  await page.keyboard.press("Control+k");
  await page.keyboard.type("audit");
  await chosen("Audit log").waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/audit$/);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("ada byr");
  await page.getByRole("option", { name: "Ada Byron" }).first().waitFor();
  for (let presses = 0; presses < 20 && !(await chosen("Ada Byron").count()); presses++) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/users/${ada.id}`);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: /^Search people/ }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("combobox", { name: /^Search people/ }).waitFor({ state: "hidden" });
});

/** Columns are chosen once and kept in this browser. */
test("the choice of columns is kept", async () => {
  const head = (name) => page.getByRole("columnheader", { name });
  await open("/users");
  await settled();
  await head("Created").waitFor();
  await page.getByRole("button", { name: "Display" }).click();
  await page.locator(":popover-open").getByLabel("Created", { exact: true }).uncheck();
  await head("Created").waitFor({ state: "detached" });
  await axe(page, "columns");
  await shot(page, "columns");
  await page.reload();
  await settled();
  assert.equal(await head("Created").count(), 0);
  await page.getByRole("button", { name: "Display" }).click();
  await page.locator(":popover-open").getByLabel("Created", { exact: true }).check();
  await head("Created").waitFor();
});

/** Filters, sort, page and tab stand in the address: back, reload and a copied link restore them. */
test("addresses restore what was seen", async () => {
  await open("/users");
  await settled();
  await page.getByRole("button", { name: "Sort by Name" }).click();
  await page.waitForURL(/sort=display_name/);
  await page.locator("[data-filter]").fill("a");
  await page.waitForURL(/q=a/);
  await settled();
  const first = await names();
  await page.getByRole("button", { name: "Next" }).click();
  await page.waitForURL(/page=2/);
  await until("other rows are shown", async () => (await names())[0] !== first[0]);
  await settled();
  const second = await names();
  await rows().first().locator("a").first().click();
  await page.waitForURL(/\/users\/[\w-]{36}$/);
  await page.getByRole("link", { name: "Access" }).click();
  await page.waitForURL(/\/access$/);
  await page.goBack();
  await page.goBack();
  await page.waitForURL(/page=2/);
  await until("back shows the same page", async () => String(await names()) === String(second));
  assert.equal(await page.locator("[data-filter]").inputValue(), "a");
  await page.reload();
  await until("a reload shows the same page", async () => String(await names()) === String(second));
  // The way back from the middle of a list leads to the page before, not to the first one only.
  await page.getByRole("button", { name: "Previous" }).click();
  await until("previous shows the page before", async () => String(await names()) === String(first));
});

/** After a reload on the third page, Previous leads to the second. */
test("previous works after a reload in the middle", async () => {
  await open("/users?sort=username");
  await settled();
  const pages = [await names()];
  for (const number of [2, 3]) {
    await page.getByRole("button", { name: "Next" }).click();
    await page.waitForURL(new RegExp(`page=${number}`));
    await until("other rows", async () => (await names())[0] !== pages.at(-1)[0]);
    await settled();
    pages.push(await names());
  }
  await page.reload();
  await until("the third page", async () => String(await names()) === String(pages[2]));
  await page.getByRole("button", { name: "Previous" }).click();
  await until("the second page", async () => String(await names()) === String(pages[1]));
  await page.getByRole("button", { name: "Previous" }).click();
  await until("the first page", async () => String(await names()) === String(pages[0]));
  await page.getByRole("button", { name: "Previous" }).and(page.locator("[disabled], [aria-disabled=true]")).waitFor();
});

/** Rows by j and k, pages by n and p, Enter opens. */
test("the table by keyboard", async () => {
  await open("/users?sort=username");
  await settled();
  const first = await names();
  await page.keyboard.press("n");
  await page.waitForURL(/page=2/);
  await until("other rows", async () => (await names())[0] !== first[0]);
  await page.keyboard.press("p");
  await until("the first rows", async () => String(await names()) === String(first));
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: first[0] }).waitFor();
});

/** Leaving with unsaved changes asks; staying keeps form and history, leaving goes where Back led. */
test("unsaved changes are guarded on the way back and forward", async () => {
  await open("/audit");
  await page.getByRole("link", { name: "Users", exact: true }).first().click();
  await page.waitForURL(/\/users$/);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: /^Search people/ }).fill("ada byr");
  await page.getByRole("option", { name: "Ada Byron" }).first().click();
  await page.waitForURL(`**/users/${ada.id}`);
  await page.getByRole("link", { name: "Contact" }).click();
  await page.waitForURL(/\/contact$/);
  await page.goBack();
  await page.waitForURL(`**/users/${ada.id}`);
  const field = page.locator("[name=last_name]");
  await field.fill("Lovelace");
  await page.goBack();
  const dialog = page.getByRole("dialog", { name: "Leave without saving?" });
  await dialog.waitFor();
  await axe(page, "leave-dialog");
  await shot(page, "leave-dialog");
  await dialog.getByRole("button", { name: "Stay" }).click();
  assert.ok(page.url().endsWith(`/users/${ada.id}`), page.url());
  assert.equal(await field.inputValue(), "Lovelace");
  await page.goForward();
  await dialog.waitFor();
  await dialog.getByRole("button", { name: "Discard and leave" }).click();
  await page.waitForURL(/\/contact$/);
  await page.goBack();
  await page.waitForURL(`**/users/${ada.id}`);
  await page.goBack();
  await page.waitForURL(/\/users$/);
});

/** The theme is kept in this browser. */
test("the theme is kept", async () => {
  await open("/");
  await page.getByRole("button", { name: /^Theme/ }).click();
  await page.getByRole("menuitem", { name: "Dark" }).click();
  const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  await until("the page is dark", async () => (await scheme()) === "dark");
  await page.reload();
  await page.locator("h1").first().waitFor();
  assert.equal(await scheme(), "dark");
  await page.getByRole("button", { name: /^Theme/ }).click();
  await page.getByRole("menuitem", { name: "System" }).click();
});

/** A thing and a page that are not there. */
test("nothing is at this address", async () => {
  for (const path of ["/users/0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e", "/organizations/nonsense", "/jobs/nonsense", "/nowhere"]) {
    await open(path);
    await page.getByRole("heading", { level: 1, name: "There is nothing at this address" }).waitFor();
  }
  await axe(page, "nowhere");
});

/** E-mail addresses go on in a second line where there is little room, and none is cut; rows keep their height. */
test("e-mail addresses are shown whole", async () => {
  for (const width of [1440, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await open("/users");
    await settled();
    const cells = await page.locator(".cell-lines").evaluateAll((all) => all.map((cell) => ({
      words: cell.textContent,
      isCut: cell.scrollHeight > cell.clientHeight + 1 || cell.scrollWidth > cell.clientWidth,
      row: cell.closest("tr").getBoundingClientRect().height,
    })));
    assert.ok(cells.length > 10);
    assert.deepEqual(cells.filter((cell) => cell.isCut || cell.row > 37), [], `at ${width}`);
    const overflow = await page.locator(".table-scroll").evaluate((scroll) => scroll.scrollWidth - scroll.clientWidth);
    assert.equal(overflow, 0, `at ${width} the table fits`);
  }
  await shot(page, "users-emails");
});
