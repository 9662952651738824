// The audit log: readable, narrowed, expanded, exported.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, consoleForTests, downloaded, shot, until } from "../lib/browser.mjs";

const { page, api, open, bob } = await consoleForTests({}, async ({ api }) => {
  const bob = await api("POST", "/users", { username: "bob", display_name: "Bob Marlow" });
  await api("PATCH", `/users/${bob.id}`, { display_name: "Robert Marlow" });
  await api("PATCH", `/users/${bob.id}`, { status: "suspended", status_reason: "left" });
  await api("POST", "/organizations", { name: "kestrel", display_name: "Kestrel", kind: "company" });
  return { bob };
});

const rows = () => page.locator("tbody tr[data-row]");

async function filter(name, choose) {
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  await page.locator(":popover-open").getByRole("button", { name, exact: true }).click();
  await choose(page.locator(":popover-open"));
}

/** S1-EXT-01: each event is a sentence, narrowed by readable words; the address keeps the filters. */
test("narrows the log by filters", async () => {
  await open("/audit");
  await rows().filter({ hasText: "root suspended bob" }).waitFor();
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  await shot(page, "filter-menu");
  await page.keyboard.press("Escape");
  await filter("Action", async (panel) => {
    await panel.getByText("User suspended", { exact: true }).waitFor();
    await shot(page, "filter-action");
    await panel.getByText("User suspended", { exact: true }).click();
  });
  await page.waitForURL(/action=user\.suspended/);
  await until("one event is left", async () => (await rows().count()) === 1);
  await page.reload();
  await until("the filter survives a reload", async () => (await rows().count()) === 1);
  await page.getByRole("button", { name: "Remove the filter Action" }).click();
  await until("all are back", async () => (await rows().count()) > 3);
});

/** A sign-in that failed says why in words. */
test("a failed sign-in is told in words", async () => {
  await api("POST", "/auth/login", { login: "root", password: "not this one 9", client: "cli" }).catch(() => {});
  await open("/audit?action=auth.sign_in_failed");
  await rows().filter({ hasText: "Sign-in as root failed · Reason: wrong password" }).waitFor();
});

/** Before and after of each changed field, and what else is known of the event. */
test("an event opens to what changed", async () => {
  await open(`/audit?target_id=${bob.id}&action=user.updated`);
  await rows().first().waitFor();
  await rows().first().getByRole("button", { name: /^Details of/ }).click();
  const detail = page.locator(".row-detail");
  const change = detail.locator("tr", { hasText: "Full name" });
  await change.waitFor();
  assert.match(await change.innerText(), /Bob Marlow\s+Robert Marlow/);
  await detail.getByText("Hash").waitFor();
  await axe(page, "audit-detail");
  await shot(page, "audit-detail");
});

/** What the filters match, as CSV and as JSON lines. */
test("exports what the filters match", async () => {
  await open(`/audit?target_id=${bob.id}`);
  await rows().first().waitFor();
  const count = (await api("GET", `/audit-events?target_id=${bob.id}`)).total;
  const csv = await downloaded(page, page.getByRole("button", { name: "Export as CSV" }));
  assert.equal(csv.name, "audit-events.csv");
  assert.equal(csv.text.trim().split("\n").length, 1 + count);
  const lines = await downloaded(page, page.getByRole("button", { name: "Export as JSON lines" }));
  assert.equal(lines.name, "audit-events.jsonl");
  const events = lines.text.trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(new Set(events.map((event) => event.target.id)), new Set([bob.id]));
  assert.equal(events.length, count);
});
