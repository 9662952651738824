// Set-up by the printed link, a reset link, a forced change of the password.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, openBrowser, shot, signIn } from "../lib/browser.mjs";
import { admin, startServer } from "../lib/server.mjs";

/** A server and a browser of its own, both gone afterwards. */
async function fresh(options, use) {
  const server = await startServer(options);
  const { close, ...browser } = await openBrowser();
  try {
    await use({ server, ...browser });
  } finally {
    await close();
    await server.stop();
  }
}

test("the printed link sets the platform up", () => fresh({ empty: true }, async ({ server, page, errors }) => {
  const link = /http:\/\/\S+\/setup#token=[\w-]+/.exec(server.log())[0];
  await page.goto(link.replace(/^http:\/\/[^/]+/, server.base));
  await page.locator("h1").first().waitFor();
  await axe(page, "set-up");
  await shot(page, "set-up");
  const box = (name) => page.getByLabel(name, { exact: true });
  await box("Name").fill("Analytical Engines");
  if (!(await box("Short name").inputValue())) await box("Short name").fill("analytical");
  await box("Full name").fill("Ada Byron");
  await box("Username").fill("ada");
  await box("Password").fill(admin.password);
  await box("Password again").fill(admin.password);
  await page.getByRole("button", { name: /create organization/i }).click();
  await page.getByRole("navigation").or(page.getByRole("button", { name: "Sign in" })).first().waitFor();
  const token = await server.signIn("ada", admin.password);
  assert.equal((await server.api("GET", "/api/v1/me", null, token)).user.organization_name, "Analytical Engines");
  assert.deepEqual(errors, []);
}));

/** A browser in which nobody signed in is not asked for its session; what it is asked for works. */
test("the sign-in page opens without an error", () => fresh({}, async ({ server, page }) => {
  const [errors, refused] = [[], []];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("response", (answer) => answer.status() >= 400 && refused.push(answer.url()));
  await page.goto(server.base);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("Type your password.").waitFor();
  assert.deepEqual([errors, refused], [[], []]);
  await signIn(page, server.base, admin);
  await page.reload();
  await page.getByRole("navigation").first().waitFor();
  await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
  assert.deepEqual([errors, refused], [[], []], "a session goes on after a reload");
}));

/** A field without a password says one thing: how long it has to be. */
test("an empty password has one fault", () => fresh({}, async ({ server, page }) => {
  const token = await server.signIn();
  const bob = await server.api("POST", "/api/v1/users", { username: "bob", display_name: "Bob" }, token);
  const link = await server.api("POST", `/api/v1/users/${bob.id}/password-reset-link`, undefined, token);
  await page.goto(server.base + new URL(link.url).pathname + new URL(link.url).hash);
  await page.getByRole("button", { name: /set password/i }).click();
  assert.deepEqual(await page.locator(".field-error").allInnerTexts(), ["Must have at least 12 characters."]);
  assert.equal(await page.locator("input[autocomplete=username]").inputValue(), "bob");
}));

test("a reset link and a forced change lead to the console", () => fresh({}, async ({ server, page, errors }) => {
  const token = await server.signIn();
  const bob = await server.api("POST", "/api/v1/users", { username: "bob", display_name: "Bob" }, token);
  const link = await server.api("POST", `/api/v1/users/${bob.id}/password-reset-link`, undefined, token);
  await page.goto(server.base + new URL(link.url).pathname + new URL(link.url).hash);
  await page.getByText("bob", { exact: false }).first().waitFor();
  await axe(page, "reset-password");
  await shot(page, "reset-password");
  await page.getByLabel("New password", { exact: true }).fill("copper kettle four");
  await page.getByLabel("New password again", { exact: true }).fill("copper kettle four");
  await page.getByRole("button", { name: /set password/i }).click();
  await page.getByText(/the password is set/i).waitFor();

  const set = { password: "another lantern 5", must_change: true };
  await server.api("PUT", `/api/v1/users/${bob.id}/password`, set, token);
  await page.goto(`${server.base}/sign-in`);
  await axe(page, "sign-in");
  await shot(page, "sign-in");
  await page.getByLabel(/username or e-mail/i).fill("bob");
  await page.getByLabel("Password", { exact: true }).fill("another lantern 5");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: /choose a new password/i }).waitFor();
  await axe(page, "change-password");
  await shot(page, "change-password");
  await page.getByLabel("Current password", { exact: true }).fill("another lantern 5");
  await page.getByLabel("New password", { exact: true }).fill("third lantern six");
  await page.getByLabel("New password again", { exact: true }).fill("third lantern six");
  await page.getByRole("button", { name: /set password|change password/i }).click();
  await page.getByRole("navigation").first().waitFor();
  assert.deepEqual(errors, []);
}));

test("signing out ends the session, and a person without rights sees what is missing", () => fresh({}, async ({ server, page }) => {
  const token = await server.signIn();
  await server.api("POST", "/api/v1/users", { username: "plain", display_name: "Plain User", password: admin.password }, token);
  await signIn(page, server.base, { login: "plain", password: admin.password });
  await page.goto(`${server.base}/users`);
  await page.getByText("user.read").first().waitFor();
  await axe(page, "forbidden");
  await shot(page, "forbidden");
  assert.equal(await page.getByRole("link", { name: "Settings" }).count(), 0);
}));
