// Every screen opens without an error, says where it is, and has no serious finding of axe.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, openBrowser, shot, signIn } from "../lib/browser.mjs";
import { admin, startServer } from "../lib/server.mjs";

let server, browser, user, organization;

before(async () => {
  server = await startServer({ demo: 200 });
  const token = await server.signIn();
  user = (await server.api("GET", "/api/v1/users?status=active&role=user&limit=1", null, token)).items[0];
  organization = (await server.api("GET", "/api/v1/organizations?limit=1", null, token)).items[0];
  browser = await openBrowser();
  await signIn(browser.page, server.base, admin);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

const pages = () => [
  ["overview", "/"],
  ["users", "/users"],
  ["users-filtered", "/users?status=suspended&sort=username"],
  ["users-nothing", "/users?q=nobody-at-all"],
  ["user-new", "/users/new"],
  ["user-profile", `/users/${user.id}`],
  ["user-access", `/users/${user.id}/access`],
  ["user-contact", `/users/${user.id}/contact`],
  ["user-sessions", `/users/${user.id}/sessions`],
  ["user-activity", `/users/${user.id}/activity`],
  ["organizations", "/organizations"],
  ["organization-new", "/organizations/new"],
  ["organization", `/organizations/${organization.id}`],
  ["sessions", "/sessions"],
  ["settings", "/settings"],
  ["audit", "/audit"],
  ["jobs", "/jobs"],
  ["profile", "/profile"],
  ["security", "/profile/security"],
  ["not-found", "/no/such/page"],
];

test("each screen", async (t) => {
  for (const [name, path] of pages()) {
    await t.test(name, async () => {
      const { page, errors } = browser;
      errors.length = 0;
      await page.goto(server.base + path);
      await page.locator("h1").first().waitFor();
      await page.waitForFunction(() => !document.querySelector("[aria-busy=true], .skeleton"));
      await axe(page, name);
      await shot(page, name);
      assert.deepEqual(errors, [], name);
    });
  }
});

test("no screen is wider than a phone", async (t) => {
  const { page } = browser;
  await page.setViewportSize({ width: 360, height: 780 });
  for (const [name, path] of pages()) {
    await t.test(name, async () => {
      await page.goto(server.base + path);
      await page.locator("h1").first().waitFor();
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 360, `${name} is ${width} px wide`);
    });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
});
