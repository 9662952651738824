// The server under test: its own data folder and port, one administrator.
import { spawn, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, openSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
export const binary = process.env.QUARTERDECK_BINARY ?? join(root, "target/debug/quarterdeck");
export const admin = { login: "root", password: "brass lantern 9 hull" };

const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

/** Starts a server; `empty` leaves it without an administrator, `demo` loads that many users. */
export async function startServer({ empty = false, demo = 0, env = {} } = {}) {
  const dir = mkdtempSync(join(tmpdir(), "quarterdeck-e2e-"));
  const data = join(dir, "data");
  const command = (args, input = "") => execFileSync(binary, [...args, "--data-dir", data], { input, encoding: "utf8" });
  if (!empty) command(["admin", "create", "--username", admin.login, "--display-name", "Grace Hopper", "--password-stdin"], admin.password);
  if (demo) command(["demo", "--users", String(demo)]);
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const log = join(dir, "log");
  const out = openSync(log, "a");
  let child;
  const start = async () => {
    child = spawn(binary, ["serve", "--listen", `127.0.0.1:${port}`, "--data-dir", data], {
      cwd: dir, env: { ...process.env, ...env }, stdio: ["ignore", out, out],
    });
    for (let tries = 0; ; tries++) {
      if (await fetch(`${base}/readyz`).then((answer) => answer.ok, () => false)) return;
      if (tries > 300) throw new Error(`the server did not get ready: ${readFileSync(log, "utf8")}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const halt = async () => {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill();
    await ended;
  };
  await start();
  const api = async (method, path, body, token) => {
    const headers = { "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json" };
    if (token) headers.authorization = `Bearer ${token}`;
    const answer = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : null;
  };
  const signIn = async (login = admin.login, password = admin.password) =>
    (await api("POST", "/api/v1/auth/login", { login, password, client: "cli" })).access_token;
  return {
    base, api, signIn, command, start, halt,
    log: () => readFileSync(log, "utf8"),
    stop: async () => {
      await halt();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
