// Settings: changed with a reason, undone from their history, fixed from outside, kept secret.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, consoleForTests, shot, until } from "../lib/browser.mjs";

const { page, api, open } = await consoleForTests({
  env: { QUARTERDECK_SETTING_PASSWORD_MIN_LENGTH: "14", QUARTERDECK_STATUS_URL: "https://status.example.org/" },
});

const setting = (key) => page.locator(`#setting-${key.replace(".", "-")}`);
const dialog = () => page.getByRole("dialog");
const value = async (key) => (await api("GET", "/settings")).items.find((item) => item.key === key);

async function save(count, reason) {
  await page.getByRole("button", { name: /^Save/ }).last().click();
  await dialog().getByLabel("Reason").fill(reason);
  await dialog().getByRole("button", { name: count === 1 ? "Save 1 change" : `Save ${count} changes` }).click();
  await page.locator(".toast", { hasText: count === 1 ? "1 setting saved" : `${count} settings saved` }).last().waitFor();
}

/** S1-PLT-02..05: effective at once, with who, when and why; one click goes back. */
test("changes a setting and returns to the former value", async () => {
  await open("/settings");
  const name = setting("platform.name");
  await name.getByRole("textbox").fill("Analytical Engines");
  await page.getByText("1 change", { exact: true }).waitFor();
  await shot(page, "settings-dirty");
  await page.getByRole("button", { name: /^Save/ }).last().click();
  await dialog().getByText("Analytical Engines").first().waitFor();
  await axe(page, "settings-save");
  await shot(page, "settings-save");
  await dialog().getByRole("button", { name: "Cancel" }).click();
  await save(1, "merger");
  await page.locator("nav, aside").getByText("Analytical Engines").first().waitFor();
  await name.getByText(/Changed by .*: merger/).waitFor();
  await name.getByRole("textbox").fill("Difference Engines");
  await save(1, "second thoughts");

  await page.getByText("Changed only").click();
  await page.waitForURL(/changed=true/);
  await until("only the changed ones are shown", async () => (await page.locator(".setting").count()) === 3);

  await name.getByRole("button", { name: "History" }).click();
  const former = dialog().locator("li", { hasText: "Analytical Engines" });
  await former.getByText("merger").waitFor();
  await axe(page, "settings-history");
  await shot(page, "settings-history");
  await former.getByRole("button", { name: "Return to this" }).click();
  await page.locator(".toast", { hasText: "restored" }).waitFor();
  assert.equal((await value("platform.name")).value, "Analytical Engines");
  assert.equal(await name.getByRole("textbox").inputValue(), "Analytical Engines");
});

/** A choice is offered and told in words, here and in the audit log. */
test("a choice shows no wire name", async () => {
  await open("/settings");
  const level = setting("banner.level").getByRole("combobox");
  await level.waitFor();
  assert.deepEqual(await level.locator("option").allInnerTexts(), ["Information", "Warning", "Critical"]);
  await level.selectOption("warning");
  await page.getByRole("button", { name: /^Save/ }).last().click();
  assert.match(await dialog().locator(".diff tbody").innerText(), /Information\s+Warning/);
  await dialog().getByRole("button", { name: "Save 1 change" }).click();
  await page.locator(".toast", { hasText: "1 setting saved" }).waitFor();
  await open("/audit?action=setting.changed&target_id=banner.level");
  await page.getByRole("button", { name: /^Details of/ }).click();
  assert.match(await page.locator(".row-detail .diff tbody").innerText(), /Information\s+Warning/);
});

/** A faulty value is told at its field, by the rule of the server. */
test("a faulty value stands at its field", async () => {
  await open("/settings");
  const field = setting("session.max_per_user").getByRole("textbox");
  await field.fill("5000");
  await page.getByRole("button", { name: /^Save/ }).last().click();
  await until("the field is marked", async () => (await field.getAttribute("aria-invalid")) === "true");
  // Neither the bar of changes nor a page that scrolled away as a whole covers it.
  const isUncovered = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
  };
  const message = setting("session.max_per_user").locator(".field-error");
  await until("the message can be read", () => message.evaluate(isUncovered));
  assert.equal(await page.locator(".page-host").evaluate((host) => host.scrollTop), 0);
  await shot(page, "settings-fault");
  await page.getByRole("button", { name: "Discard" }).click();
});

/** A fault is never hidden by the search, so that Save is never without an answer. */
test("a fault that the search hides is shown", async () => {
  await open("/settings");
  const field = setting("session.max_per_user").getByRole("textbox");
  await field.fill("5000");
  await page.getByLabel("Search settings").or(page.locator("[data-filter]")).first().fill("banner");
  await page.waitForURL(/q=banner/);
  await field.waitFor({ state: "detached" });
  await page.getByRole("button", { name: /^Save/ }).last().click();
  await setting("session.max_per_user").locator(".field-error").waitFor();
  assert.equal(await page.locator("[data-filter]").inputValue(), "");
  assert.ok(await field.evaluate((element) => element === document.activeElement), "the keyboard is at the fault");
  await page.getByRole("button", { name: "Discard" }).click();
});

/** S1-PLT-05: the way back to the default can be taken back as well. */
test("undoes the way back to the default", async () => {
  await open("/settings");
  const row = setting("session.max_per_user");
  await row.getByRole("textbox").fill("7");
  await save(1, "shared desks");
  await row.getByRole("button", { name: "Back to default…" }).click();
  const dialog = page.getByRole("dialog", { name: /^Put .* back to its default$/ });
  await dialog.getByLabel(/^Reason/).fill("audit finding 12");
  await dialog.getByRole("button", { name: "Back to default" }).click();
  const toast = page.locator(".toast").filter({ has: page.getByRole("button", { name: "Undo" }) });
  await toast.waitFor();
  assert.equal((await value("session.max_per_user")).source, "default");
  const { items } = await api("GET", "/settings/session.max_per_user/history");
  assert.equal(items[0].reason, "audit finding 12");
  await toast.getByRole("button", { name: "Undo" }).click();
  await until("the value is back", async () => (await row.getByRole("textbox").inputValue()) === "7");
  assert.equal((await value("session.max_per_user")).value, 7);
});

/** What the environment fixes is read-only here and names the variable. */
test("a setting that the environment fixes", async () => {
  await open("/settings?q=password.min_length");
  const fixed = setting("password.min_length");
  await fixed.getByText("QUARTERDECK_SETTING_PASSWORD_MIN_LENGTH").waitFor();
  assert.ok(await fixed.getByRole("textbox").isDisabled());
  assert.equal(await fixed.getByRole("textbox").inputValue(), "14");
  await axe(page, "settings-fixed");
});

/** S1-PLT-02: shown on each page, and read-only among the settings, which name what sets it. */
test("the status page is linked, not edited", async () => {
  await open("/settings?q=status");
  const link = page.getByRole("link", { name: "Status", exact: true });
  assert.equal(await link.getAttribute("href"), "https://status.example.org/");
  const fixed = setting("platform.status_url");
  await fixed.getByText("QUARTERDECK_STATUS_URL").waitFor();
  assert.ok(await fixed.getByRole("textbox").isDisabled());
  await axe(page, "status-page");
  await shot(page, "status-page");
});

/** A secret is taken and never given back; a fingerprint tells which one is set. */
test("a secret is set and never shown", async () => {
  await open("/settings?q=metrics");
  const secret = setting("operation.metrics_token");
  const field = secret.locator("input");
  await field.fill("brass-lantern-token");
  await save(1, "monitoring");
  await secret.getByText(/fingerprint/i).waitFor();
  assert.equal(await field.inputValue(), "");
  await page.reload();
  await secret.getByText(/fingerprint/i).waitFor();
  assert.ok(!(await page.content()).includes("brass-lantern-token"));
  assert.ok(!JSON.stringify(await api("GET", "/audit-events?limit=50")).includes("brass-lantern-token"));
  await shot(page, "settings-secret");
});
