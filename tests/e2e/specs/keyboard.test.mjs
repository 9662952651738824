// Signing in and suspending a user without a mouse.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser } from "../lib/browser.mjs";
import { admin, startServer } from "../lib/server.mjs";

let server, browser, token;

before(async () => {
  server = await startServer();
  token = await server.signIn();
  await server.api("POST", "/api/v1/users", { username: "bob", display_name: "Bob Keyboard" }, token);
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Presses Tab until the element with this name has the focus. */
async function tabTo(page, role, name) {
  for (let presses = 0; presses < 80; presses++) {
    const focused = page.locator(":focus");
    if ((await focused.count()) && (await page.getByRole(role, { name }).and(focused).count())) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`Tab does not reach ${role} ${name}`);
}

test("signs in and suspends a user by keyboard alone", async () => {
  const { page, errors } = browser;
  await page.goto(server.base);
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  await tabTo(page, "textbox", /username or e-mail/i);
  await page.keyboard.type(admin.login);
  await page.keyboard.press("Tab");
  await page.keyboard.type(admin.password);
  await page.keyboard.press("Enter");
  await page.getByRole("navigation").first().waitFor();

  await page.keyboard.press("Control+k");
  await page.keyboard.type("users");
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/users/);
  await page.getByText("Bob Keyboard").first().waitFor();

  await page.keyboard.press("/");
  await page.keyboard.type("bob");
  await page.waitForURL(/q=bob/);
  await page.keyboard.press("Escape");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await tabTo(page, "button", /suspend/i);
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  await tabTo(page, "button", /^suspend 1 user/i);
  await page.keyboard.press("Enter");
  for (let tries = 0; ; tries++) {
    const bob = (await server.api("GET", "/api/v1/users?q=bob", null, token)).items[0];
    if (bob.status === "suspended") break;
    assert.ok(tries < 50, "bob is not suspended");
    await page.waitForTimeout(100);
  }
  assert.deepEqual(errors, []);
});
