// What a list does with its address: nothing that it says is passed over in silence.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, consoleForTests, downloaded, shot, until } from "../lib/browser.mjs";

const { page, open } = await consoleForTests({ demo: 120 });

const rows = () => page.locator("tbody tr[data-row]");
const button = (name) => page.getByRole("button", { name, exact: true });
const range = () => page.locator(".table-foot [aria-live]").innerText();
const address = () => new URL(page.url());

/** A mistyped filter never widens the list, nor an act on all that it matches. */
test("a filter that cannot be read shows no rows and offers no act", async (t) => {
  for (const query of ["status=suspnded", "role=admn", "organization_id=nonsense", "last_login_before=yesterday", "sort=nonsense", "foo=bar"]) {
    await t.test(query, async () => {
      await open(`/users?${query}`);
      await page.getByRole("alert").getByText(query).waitFor();
      assert.equal(await rows().count(), 0);
      await page.getByLabel("Select the rows of this page").click();
      assert.equal(await page.getByRole("region", { name: "Actions" }).count(), 0);
      if (!/sort|foo/.test(query)) await page.locator(".chip[data-tone=bad]").waitFor();
    });
  }
  await open("/users?status=suspnded");
  await page.getByRole("alert").waitFor();
  await axe(page, "malformed-filter");
  await shot(page, "malformed-filter");
  await page.getByRole("alert").getByRole("button", { name: "Clear filters" }).click();
  await rows().first().waitFor();
  assert.equal(address().search, "");
});

/** The size of the page stands beside its cursor; a cursor of another list leads to the first page. */
test("the address of a page in the middle", async () => {
  await open("/users?sort=username");
  await rows().first().waitFor();
  await button("Next").click();
  await page.waitForURL(/page=2&limit=50/);
  await until("the second page", async () => (await range()).startsWith("51–100 of"));
  const second = page.url();
  await page.evaluate(() => localStorage.setItem("qd.table.users", JSON.stringify({ limit: 20 })));
  await page.goto(second);
  await rows().first().waitFor();
  assert.match(await range(), /^51–100 of/);
  assert.equal(await rows().count(), 50);

  await page.goto(second.replace("sort=username", "sort=email"));
  await page.getByRole("alert").getByText("cursor-invalid").waitFor();
  await page.getByRole("alert").getByRole("button", { name: "First page" }).click();
  await until("the first page", async () => (await range()).startsWith("1–20 of"));
  await page.evaluate(() => localStorage.removeItem("qd.table.users"));
});

/** A day is the day of whoever chooses it. */
test("a filter by date begins at midnight here", async () => {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setTimezoneOverride", { timezoneId: "America/New_York" });
  await open("/users");
  await rows().first().waitFor();
  await button("Filter").click();
  const panel = page.locator(":popover-open");
  await panel.getByRole("button", { name: "Created since" }).click();
  await panel.locator("input[type=date]").fill("2026-01-02");
  await page.waitForURL(/created_after=2026-01-02T05/);
  await page.locator(".chip[data-on]").getByText(/^2 Jan/).click();
  assert.equal(await panel.locator("input[type=date]").inputValue(), "2026-01-02");
  await devtools.send("Emulation.setTimezoneOverride", { timezoneId: "" });
});

/** The palette opens "Sign everyone out" from anywhere, the page itself included; the address is none of it. */
test("the palette opens the dialog of the sessions", async () => {
  const dialog = page.getByRole("dialog", { name: "Sign everyone out" });
  for (const path of ["/users", "/sessions"]) {
    await open(path);
    await rows().first().waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("sign everyone");
    await page.getByRole("option").first().click();
    await dialog.waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await page.waitForURL(/\/sessions$/);
    assert.equal(await button("Clear filters").count(), 0);
  }
  const { text } = await downloaded(page, button("Export as CSV"));
  assert.ok(text.includes("root"));
});
