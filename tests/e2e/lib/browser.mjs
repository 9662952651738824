// A real Chromium: collects errors of the page, takes screenshots, runs axe.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, afterEach } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { admin, startServer } from "./server.mjs";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const shots = join(dirname(fileURLToPath(import.meta.url)), "../shots");
const args = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

/** Opens a browser with an empty profile; `errors` gathers what the pages complain of. */
export async function openBrowser({ colorScheme = "light", width = 1440, height = 900 } = {}) {
  const context = await chromium.launchPersistentContext(mkdtempSync(join(tmpdir(), "quarterdeck-chromium-")), {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args, colorScheme, viewport: { width, height }, reducedMotion: "reduce",
  });
  const errors = [];
  const page = context.pages()[0] ?? (await context.newPage());
  page.on("console", (message) => {
    // A refused request is told by the browser too; the tests look at what the page shows of it.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  page.setDefaultTimeout(10_000);
  return { context, page, errors, close: () => context.close() };
}

/** Signs in through the form. */
export async function signIn(page, base, { login, password }) {
  await page.goto(`${base}/`);
  await page.getByLabel(/username|e-mail/i).first().fill(login);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: /sign in/i }).click();
  await page.getByRole("navigation").first().waitFor();
}

/** Ends the session of the browser and signs in as somebody else. */
export async function become(page, base, login, password = admin.password) {
  await page.context().clearCookies();
  await page.evaluate(() => sessionStorage.clear());
  await signIn(page, base, { login, password });
}

/** A server, a browser and the administrator signed in at the console; `stop` ends both. */
export async function openConsole({ as = admin, ...options } = {}) {
  const server = await startServer(options);
  const browser = await openBrowser();
  const stop = async () => {
    await browser.close();
    await server.stop();
  };
  try {
    const token = await server.signIn();
    const api = (method, path, body) => server.api(method, `/api/v1${path}`, body, token);
    await signIn(browser.page, server.base, as);
    const open = async (path) => {
      await browser.page.goto(server.base + path);
      await browser.page.locator("h1").first().waitFor();
    };
    return { ...browser, server, base: server.base, api, open, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * The console of all tests in a file, with what `prepare` makes; it is stopped behind them. A test fails on errors that
 * the page complained of meanwhile.
 */
export async function consoleForTests(options, prepare = async () => {}) {
  const opened = await openConsole(options);
  try {
    Object.assign(opened, await prepare(opened));
  } catch (error) {
    await opened.stop();
    throw error;
  }
  after(opened.stop);
  afterEach(() => assert.deepEqual(opened.errors.splice(0), []));
  return opened;
}

/** Waits until `look` gives something true. */
export async function until(what, look) {
  const end = Date.now() + 15_000;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    assert.ok(Date.now() < end, `in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Answers the question of a deletion: for good, not to the bin. */
export async function forGood(page) {
  const question = page.locator("dialog[open]");
  await question.getByLabel("Delete for good").check();
  await question.getByRole("button", { name: "Show what would happen" }).click();
}

/** Clicks and gives the text of the file that the browser then saves. */
export async function downloaded(page, button) {
  const [file] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
}

/** With SHOTS=1: pictures of the page, light and dark, wide and narrow. */
export async function shot(page, name) {
  if (!process.env.SHOTS) return;
  mkdirSync(shots, { recursive: true });
  for (const [size, viewport] of [["wide", { width: 1440, height: 900 }], ["narrow", { width: 360, height: 780 }]]) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.waitForTimeout(150);
      await page.screenshot({ path: join(shots, `${name}-${size}-${colorScheme}.png`) });
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
}

/** Fails on a serious or critical finding of axe (WCAG 2.2 A and AA). */
export async function axe(page, name) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }));
  const serious = found.violations.filter((violation) => ["serious", "critical"].includes(violation.impact));
  const text = serious.map((violation) => `${violation.id}: ${violation.help}\n  ${violation.nodes.slice(0, 4).map((node) => node.target.join(" ")).join("\n  ")}`);
  assert.equal(serious.length, 0, `${name}\n${text.join("\n")}`);
}
