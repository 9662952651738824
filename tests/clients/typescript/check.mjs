// Generates TypeScript types from the document, checks a typed program against them, and runs it against the server.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "../../e2e/node_modules");
const out = mkdtempSync(join(tmpdir(), "quarterdeck-ts-"));
symlinkSync(modules, join(out, "node_modules"));
writeFileSync(join(out, "package.json"), '{"type":"module"}');
copyFileSync(join(here, "program.ts"), join(out, "program.ts"));
const run = (tool, ...args) => execFileSync(process.execPath, [join(modules, tool), ...args], { cwd: out, stdio: ["ignore", "inherit", "inherit"] });
run("openapi-typescript/bin/cli.js", join(here, "../../../openapi/openapi.json"), "-o", "schema.d.ts");
run("typescript/bin/tsc", "--strict", "--module", "nodenext", "--target", "es2022", "--skipLibCheck", "--lib", "es2022,dom", "program.ts");
execFileSync(process.execPath, ["program.js"], { cwd: out, stdio: "inherit" });
