// Every screen opens without an error, says where it is, and has no serious finding of axe.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, consoleForTests, shot } from "../lib/browser.mjs";

const { page, errors, base, user, organization } = await consoleForTests({ demo: 200 }, async ({ api }) => ({
  user: (await api("GET", "/users?status=active&role=user&limit=1")).items[0],
  organization: (await api("GET", "/organizations?limit=1")).items[0],
}));

const pages = [
  ["overview", "/"],
  ["users", "/users"],
  ["users-filtered", "/users?status=suspended&sort=username"],
  ["users-nothing", "/users?q=nobody-at-all"],
  ["user-new", "/users/new"],
  ["user-profile", `/users/${user.id}`],
  ["user-access", `/users/${user.id}/access`],
  ["user-grants-none", `/users/${user.id}/grants`],
  ["user-contact", `/users/${user.id}/contact`],
  ["user-sessions", `/users/${user.id}/sessions`],
  ["user-activity", `/users/${user.id}/activity`],
  ["organizations", "/organizations"],
  ["organization-new", "/organizations/new"],
  ["organization", `/organizations/${organization.id}`],
  ["organization-provider-keys", `/organizations/${organization.id}/provider-keys`],
  ["roles-all", "/roles"],
  ["roles-all-matrix", "/roles/matrix"],
  ["role-advocate", "/roles/advocate"],
  ["role-advocate-holders", "/roles/advocate/holders"],
  ["sessions", "/sessions"],
  ["provider-keys", "/provider-keys"],
  ["settings", "/settings"],
  ["audit", "/audit"],
  ["jobs", "/jobs"],
  ["profile", "/profile"],
  ["security", "/profile/security"],
  ["own-provider-keys", "/profile/provider-keys"],
  ["not-found", "/no/such/page"],
];

test("each screen", async (t) => {
  for (const [name, path] of pages) {
    await t.test(name, async () => {
      errors.length = 0;
      await page.goto(base + path);
      await page.locator("h1").first().waitFor();
      await page.waitForFunction(() => !document.querySelector("[aria-busy=true], .skeleton"));
      await axe(page, name);
      await shot(page, name);
      assert.deepEqual(errors, [], name);
    });
  }
});

test("no screen is wider than a phone", async (t) => {
  await page.setViewportSize({ width: 360, height: 780 });
  for (const [name, path] of pages) {
    await t.test(name, async () => {
      await page.goto(base + path);
      await page.locator("h1").first().waitFor();
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 360, `${name} is ${width} px wide`);
    });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
});
