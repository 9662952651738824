// Users from a file: a dry run first, then the job that does it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { axe, consoleForTests, downloaded, shot, until } from "../lib/browser.mjs";

const { page, api, open } = await consoleForTests({}, async ({ api }) => {
  await api("POST", "/organizations", { name: "engines", display_name: "Analytical Engines" });
  await api("POST", "/users", { username: "bob", display_name: "Bob" });
});

const file = page.locator("input[name=file]");
const send = (text, name = "people.csv") => file.setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
const check = () => page.getByRole("button", { name: "Check the file" }).click();
const row = (text) => page.locator("tbody tr", { hasText: text });

/** Issue 3, item 10: the form says what is wrong with a file as a whole, and offers one to begin with. */
test("refuses a file that is none, at the file", async () => {
  await open("/users");
  await page.getByRole("link", { name: "Import users" }).waitFor();
  await shot(page, "users-with-import");
  await page.getByRole("link", { name: "Import users" }).click();
  await page.getByRole("heading", { name: "Import users", level: 1 }).waitFor();
  await check();
  await page.locator(".field-error").getByText("Choose a file first.").waitFor();
  const template = await downloaded(page, page.getByRole("button", { name: "Template" }));
  assert.match(template.text, /^username,display_name,.*\r\nada\.byron,/);
  await send("username,shoe_size\nann,43\n");
  await page.getByText("people.csv").waitFor();
  await check();
  await page.locator(".field-error").getByText("Column “shoe_size”: there is no such column", { exact: false }).waitFor();
  await axe(page, "import-form");
  await shot(page, "import-form");
});

test("shows what each line would do, then does it", async () => {
  await open("/users/import");
  await send("username,display_name,email,organization\nann,Ann Arbor,ann@example.org,engines\nBOB,Bob the builder,,\nx y,Nobody,,\ncid,Cid,,nowhere\n");
  await page.locator("[name=on_existing]").selectOption("update");
  await check();
  await page.getByRole("heading", { name: "What the file would do", level: 1 }).waitFor();
  await row("ann").getByText("New").waitFor();
  await row("BOB").getByText("Changed").waitFor();
  await row("x y").getByText("Username: may have letters", { exact: false }).first().waitFor();
  assert.equal((await api("GET", "/users?q=ann")).total, 0);
  await axe(page, "import-report");
  await shot(page, "import-report");
  await page.getByRole("link", { name: "2 refused" }).click();
  await until("refused lines alone", async () => (await page.locator("tbody tr").count()) === 2);
  await row("cid").getByText("there is no such organization", { exact: false }).first().waitFor();
  const report = await downloaded(page, page.getByRole("button", { name: "Export report" }));
  assert.equal(report.text.trim().split("\r\n").length, 5);
  await page.getByRole("button", { name: "Import 2 users" }).click();
  await page.getByRole("heading", { name: "Import 2 users", level: 1 }).waitFor();
  await until("the job is done", async () => (await page.locator(".page-head .pill", { hasText: "Succeeded" }).count()) > 0);
  await row("ann").getByRole("link", { name: "ann" }).click();
  await page.getByRole("heading", { name: "Ann Arbor", level: 1 }).waitFor();
  const { items } = await api("GET", "/users?q=bob");
  assert.equal(items[0].display_name, "Bob the builder");
});

test("an import that was executed leads to its job", async () => {
  await page.goBack();
  await page.goBack();
  await page.getByRole("heading", { name: "What the file would do", level: 1 }).waitFor();
  await page.getByRole("link", { name: "Show the job" }).waitFor();
  assert.equal(await page.getByRole("button", { name: /^Import/ }).count(), 0);
});
