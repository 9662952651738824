// What the stream of changes brings: a gap in it, a server that restarts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { consoleForTests, shot, until } from "../lib/browser.mjs";

const { page, api, open, server, bob } = await consoleForTests({}, async ({ api }) => {
  const bob = await api("POST", "/users", { username: "bob", display_name: "Bob Marlow" });
  return { bob };
});

const row = (name) => page.locator("tbody tr[data-row]", { hasText: name });
const rename = (display_name) => api("PATCH", `/users/${bob.id}`, { display_name });
const stream = "**/api/v1/events";

/** When more was missed than the server replays, all that is shown is read anew; typed text stays. */
test("a gap in the stream reloads what is shown", async (t) => {
  let held = null;
  const tell = async () => {
    const route = await until("the stream is asked for", () => held);
    held = null;
    await route.fulfill({ contentType: "text/event-stream", body: "id: 1\nevent: gap\ndata: {}\n\n" });
  };
  await page.route(stream, (route) => { held = route; });
  try {
    await t.test("a table", async () => {
      await open("/users");
      await row("Bob Marlow").waitFor();
      await rename("Bob Gap");
      await tell();
      await row("Bob Gap").waitFor();
    });
    await t.test("a page and its form", async () => {
      await open(`/users/${bob.id}`);
      await page.getByRole("heading", { level: 1, name: "Bob Gap" }).waitFor();
      await page.locator("[name=last_name]").fill("Typed");
      await rename("Bob Again");
      await tell();
      await page.getByRole("heading", { level: 1, name: "Bob Again" }).waitFor();
      assert.equal(await page.locator("[name=last_name]").inputValue(), "Typed");
      await page.getByRole("button", { name: "Discard" }).click();
    });
    await t.test("the counts", async () => {
      await open("/");
      const users = page.locator(".cards > *").first().locator(".card-figure");
      const before_ = Number(await users.innerText());
      await api("POST", "/users", { username: "carol", display_name: "Carol" });
      await tell();
      await until("one more is counted", async () => Number(await users.innerText()) === before_ + 1);
    });
  } finally {
    await page.unroute(stream);
  }
});

/** Many changes at once are one stream of news; none hides another. */
test("changes that arrive together are all seen", async () => {
  const body = [["user", bob.id], ["setting", "platform.name"]].map(([kind, id], index) => {
    const change = { sequence: 9_000 + index, at: new Date().toISOString(), action: "user.updated",
      actor: { kind: "system", id: null, label: "" }, target: { kind, id, label: "" } };
    return `id: ${change.sequence}\nevent: change\ndata: ${JSON.stringify(change)}\n\n`;
  }).join("");
  let held = null;
  await page.route(stream, (route) => { held = route; });
  try {
    await open("/users");
    await row("Bob Again").waitFor();
    await rename("Bob Together");
    await (await until("the stream is asked for", () => held)).fulfill({ contentType: "text/event-stream", body });
    await row("Bob Together").waitFor();
  } finally {
    await page.unroute(stream);
  }
});

/** The mark is calm, and what changed meanwhile is shown without a reload of the page. */
test("the console outlives a restart of the server", async () => {
  await open("/users");
  await row("Bob Together").waitFor();
  await page.evaluate(() => { window.untouched = true; });
  await server.halt();
  await page.getByText("Reconnecting…").waitFor();
  await row("Bob Together").waitFor();
  await shot(page, "reconnecting");
  await server.start();
  await rename("Bob Returned");
  await row("Bob Returned").waitFor({ timeout: 40_000 });
  await page.getByText("Reconnecting…").waitFor({ state: "hidden" });
  await rename("Bob Live");
  await row("Bob Live").waitFor();
  assert.ok(await page.evaluate(() => window.untouched), "the page was not loaded again");
});
