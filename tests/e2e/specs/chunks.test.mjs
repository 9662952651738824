// Pages that are loaded when they are first opened, and what is shown when they cannot be.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, consoleForTests, shot } from "../lib/browser.mjs";

const { page, base, open, errors } = await consoleForTests();
const settings = page.getByRole("heading", { name: "Settings", level: 1 });

/** A first visit loads no chunk; a page of another group loads its own once, as files that never change. */
test("loads a page when it is first opened", async () => {
  const chunks = [];
  page.on("response", (answer) => {
    if (/\/(split|chunk)_.*\.wasm$/.test(answer.url())) chunks.push(answer);
  });
  await open("/users");
  await page.locator(".table-scroll[aria-busy=false]").waitFor();
  assert.equal(chunks.length, 0);
  await page.getByRole("link", { name: "Settings", exact: true }).first().click();
  await settings.waitFor();
  const loaded = chunks.length;
  assert.ok(loaded > 0);
  for (const answer of chunks) {
    const headers = await answer.allHeaders();
    assert.equal(headers["content-type"], "application/wasm");
    assert.match(headers["cache-control"], /immutable/);
    assert.equal(headers["content-encoding"], "br");
  }
  await page.getByRole("link", { name: "Users", exact: true }).first().click();
  await page.getByRole("link", { name: "Settings", exact: true }).first().click();
  await settings.waitFor();
  assert.equal(chunks.length, loaded, "once");
});

/** Another build runs meanwhile, or the server is out of reach: a message, and "Reload" leads on. */
for (const [name, refuse] of [
  ["gone", (route) => route.fulfill({ status: 404, contentType: "application/problem+json", body: "{}" })],
  ["offline", (route) => route.abort()],
]) {
  test(`says that a page could not be loaded: ${name}`, async () => {
    await open("/users");
    await page.route("**/split_*.wasm", refuse);
    await page.getByRole("link", { name: "Settings", exact: true }).first().click();
    const alert = page.getByRole("alert");
    await alert.getByRole("heading", { name: "This page could not be loaded" }).waitFor();
    await axe(page, "not-loaded");
    await shot(page, "not-loaded");
    assert.ok(errors.splice(0).length > 0, "the browser's console says why");
    await page.unroute("**/split_*.wasm");
    await alert.getByRole("button", { name: "Reload" }).click();
    await settings.waitFor();
    assert.equal(page.url(), `${base}/settings`);
  });
}

/** What failed once is tried again when the page is opened again. */
test("tries again", async () => {
  await open("/users");
  await page.route("**/split_*.wasm", (route) => route.abort(), { times: 1 });
  await page.getByRole("link", { name: "Settings", exact: true }).first().click();
  await page.getByRole("heading", { name: "This page could not be loaded" }).waitFor();
  errors.splice(0);
  await page.getByRole("link", { name: "Users", exact: true }).first().click();
  await page.locator(".table-scroll").waitFor();
  await page.getByRole("link", { name: "Settings", exact: true }).first().click();
  await settings.waitFor();
});

/** So is a form whose chunk did not come: a toast says so, and the next try opens it. */
test("asks the question of an act when it can be loaded", async () => {
  await open("/users");
  await page.getByLabel("Select the rows of this page").check();
  const add = page.getByRole("region", { name: "Actions" }).getByRole("button", { name: "Add to group…" });
  await page.route("**/split_bulk*.wasm", (route) => route.abort(), { times: 1 });
  await add.click();
  await page.locator(".toast", { hasText: "The form could not be loaded" }).waitFor();
  errors.splice(0);
  await add.click();
  await page.getByRole("dialog").getByRole("heading", { name: "Add users to a group" }).waitFor();
});
