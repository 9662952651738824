// Dates and times in the zone and the language of the profile.
import assert from "node:assert/strict";
import { test } from "node:test";
import { consoleForTests, shot, until } from "../lib/browser.mjs";

const { page, api, open } = await consoleForTests({}, async ({ api }) => {
  await api("POST", "/users", { username: "bob", display_name: "Bob Marlow" });
});

const title = () => page.locator("tbody tr", { hasText: "Bob Marlow" }).locator("time").last().getAttribute("title");

/** The zone of the profile is followed at once, also where the browser is in another one. */
test("times follow the time zone of the profile", async () => {
  await open("/users");
  await page.getByText("Bob Marlow").waitFor();
  assert.doesNotMatch(await title(), /Asia/);
  await api("PATCH", "/me", { time_zone: "Asia/Kathmandu" });
  await until("the zone is followed", async () => /GMT\+05:45 \(Asia\/Kathmandu\)/.test(await title()));
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  const panel = page.locator(":popover-open");
  await panel.getByRole("button", { name: "Created since" }).click();
  await panel.locator("input[type=date]").fill("2026-03-01");
  await page.waitForURL(/created_after=2026-02-28T18%3A15|created_after=2026-02-28T18:15/);
  await page.locator(".chip[data-on]").getByText(/^1 Mar/).click();
  assert.equal(await panel.locator("input[type=date]").inputValue(), "2026-03-01");
  await page.keyboard.press("Escape");
});

test("dates and numbers follow the language of the profile", async () => {
  await api("PATCH", "/me", { language: "de" });
  await open("/users");
  await page.getByText("Bob Marlow").waitFor();
  const months = /Jan\.|Feb\.|März|Apr\.|Mai|Juni|Juli|Aug\.|Sept\.|Okt\.|Nov\.|Dez\./;
  assert.match(await title(), months);
  await open("/profile/security");
  await page.getByText(/expires .* · \d+\. /).first().waitFor();
  await shot(page, "own-sessions");
  await api("PATCH", "/me", { language: null, time_zone: null });
});
