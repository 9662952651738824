// A program as an integrator writes it: every call is checked against the generated types.
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

declare const process: { env: Record<string, string>; exit(code: number): never };

let passed = 0;
function check(what: string, holds: boolean): void {
  if (!holds) {
    console.log(`FAILED: ${what}\n${passed} passed, 1 failed`);
    process.exit(1);
  }
  passed += 1;
}

const baseUrl = process.env.QUARTERDECK_URL;
const { data: tokens } = await createClient<paths>({ baseUrl }).POST("/api/v1/auth/login", {
  body: { login: process.env.QUARTERDECK_LOGIN, password: process.env.QUARTERDECK_PASSWORD, client: "cli" },
});
check("signs in", tokens?.token_type === "Bearer");
const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${tokens!.access_token}` } });
const { data: user } = await client.POST("/api/v1/users", { body: { username: "ts.client", display_name: "TypeScript client" } });
check("creates a user", user?.username === "ts.client");
const { data: page } = await client.GET("/api/v1/users", { params: { query: { q: "ts.client" } } });
// The same path answers CSV, as text, when it is asked for.
check("lists users", typeof page === "object" && page.total === 1 && page.items[0].id === user!.id);
const { data: suspended } = await client.PATCH("/api/v1/users/{id}", {
  params: { path: { id: user!.id } },
  body: { status: "suspended", status_reason: "generated client" },
  bodySerializer: (body) => JSON.stringify(body),
});
check("suspends a user", suspended?.status === "suspended");
const { data: none, error } = await client.GET("/api/v1/users/{id}", { params: { path: { id: "0199f1c0-8f2a-7c3d-9b4e-5a6f7b8c9d0e" } } });
check("a problem is typed", none === undefined && error?.code === "not-found");
console.log(`${passed} passed, 0 failed`);
