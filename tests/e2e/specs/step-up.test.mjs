// A sensitive act asks for the password again when it was given a while ago, and goes on once it was given.
import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { axe, consoleForTests, shot } from "../lib/browser.mjs";
import { admin } from "../lib/server.mjs";

const clock = join(mkdtempSync(join(tmpdir(), "quarterdeck-clock-")), "ahead");
writeFileSync(clock, "0");
const { page, open, bob } = await consoleForTests({ env: { QUARTERDECK_TEST_CLOCK: clock } }, async ({ api }) => {
  return { bob: await api("POST", "/users", { username: "bob", display_name: "Bob Marlow" }) };
});
const dialog = page.getByRole("dialog", { name: "Confirm it is you" });
const password = dialog.getByLabel("Password", { exact: true });

const makeLink = () => page.getByRole("button", { name: "Create reset link" }).click();

/** Given up, the act is refused; given wrongly, the field says so; given, the same act is carried out. */
test("a sensitive act waits for the password", async () => {
  await open(`/users/${bob.id}/access`);
  await page.getByRole("button", { name: "Create reset link" }).waitFor();
  writeFileSync(clock, String(15 * 60));

  await makeLink();
  await dialog.waitFor();
  await axe(page, "step-up");
  await shot(page, "step-up");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  await page.getByText(/has to be given again/).waitFor();

  await makeLink();
  assert.ok(await password.evaluate((field) => field === document.activeElement));
  await password.fill("not it at all");
  await page.keyboard.press("Enter");
  await dialog.getByText(/is not your password/i).waitFor();
  await password.fill(admin.password);
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "hidden" });
  await page.getByRole("dialog", { name: /link/i }).waitFor();
});
