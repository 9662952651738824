// The session ends or is renewed in the middle of work.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, consoleForTests, shot } from "../lib/browser.mjs";
import { admin } from "../lib/server.mjs";

const { page, api, open } = await consoleForTests({}, async ({ api }) => {
  await api("POST", "/users", { username: "bob", display_name: "Bob Marlow" });
});

/** An access token that is refused is replaced by means of the cookie; nobody notices. */
test("a refused token is renewed silently", async () => {
  await open("/users");
  await page.getByText("Bob Marlow").waitFor();
  const refused = [];
  await page.route("**/api/v1/organizations?*", async (route) => {
    const headers = { ...route.request().headers(), authorization: "Bearer expired" };
    const answer = await route.fetch({ headers });
    refused.push(answer.status());
    await route.fulfill({ response: answer });
  }, { times: 1 });
  const renewed = page.waitForResponse((answer) => answer.url().endsWith("/auth/refresh"));
  await page.getByRole("link", { name: "Organizations", exact: true }).first().click();
  assert.equal((await renewed).status(), 200);
  await page.locator(".table-scroll[aria-busy=false]").waitFor();
  assert.deepEqual(refused, [401]);
  assert.equal(await page.getByRole("alert").count(), 0);
  assert.match(page.url(), /\/organizations$/);
});

/** A session that was ended leads to the sign-in page, which says so and leads back to where one was. */
test("an ended session leads to signing in and back", async () => {
  await open("/users?q=bob");
  await page.getByText("Bob Marlow").waitFor();
  const { items } = await api("GET", "/sessions?client=browser");
  for (const session of items) await api("DELETE", `/sessions/${session.id}`);
  await page.getByText("Your session has ended").waitFor();
  assert.match(page.url(), /\/sign-in\?next=/);
  await axe(page, "session-ended");
  await shot(page, "session-ended");
  await page.getByLabel(/username or e-mail/i).fill(admin.login);
  await page.getByLabel("Password", { exact: true }).fill(admin.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(/\/users\?q=bob$/);
  await page.getByText("Bob Marlow").waitFor();
});
