"""Runs schemathesis with all checks over the document that the server serves.

What the run destroys is made for it first: a user with sessions, an organization, a group with an allocation, a role
with a grant, an API key, a provider key, an import, plans and a job. The ids in the paths
are theirs, so that the run reaches the operations' core and never cuts off its own session.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

BASE = os.environ["QUARTERDECK_URL"]
PASSWORD = os.environ["QUARTERDECK_PASSWORD"]
USERS = "_user$|^(set_user_password|create_password_reset_link|list_user_sessions|revoke_user_sessions|list_user_groups|remove_user_from_groups)$"
HERE = pathlib.Path(__file__).parent


def call(method, path, body=None, token=None, media_type="application/json"):
    headers = {"content-type": media_type}
    if token:
        headers["authorization"] = f"Bearer {token}"
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    answer = urllib.request.urlopen(urllib.request.Request(f"{BASE}/api/v1{path}", data, headers, method=method)).read()
    return json.loads(answer) if answer else None


def sign_in(login, password):
    return call("POST", "/auth/login", {"login": login, "password": password, "client": "cli"})["access_token"]


def prepare(token):
    """What the run may break: the parameters of the operations, by a pattern of their ids."""
    organization = call("POST", "/organizations", {"name": "fuzzed.one", "display_name": "Fuzzed"}, token)["id"]
    password = "copper kettle 4 masts"
    user = {"username": "fuzzed.user", "display_name": "Fuzzed", "password": password, "organization_id": organization}
    user = call("POST", "/users", user, token)["id"]
    sign_in("fuzzed.user", password)
    session = call("GET", f"/users/{user}/sessions", token=token)["items"][0]["id"]
    action = {"kind": "revoke_user_sessions", "selection": {"ids": [user]}}
    plan = call("POST", "/plans", {"action": action}, token)["id"]
    key = call("POST", "/api-keys", {"title": "fuzzed", "scopes": ["user.read"]}, token)["api_key"]["id"]
    account = {"username": "fuzzed.service", "display_name": "Fuzzed", "organization_id": organization}
    account = call("POST", "/service-accounts", account, token)["id"]
    provider_key = {"provider": "google", "name": "fuzzed", "secret": "sk-of-the-run-0001"}
    provider_key = call("POST", "/provider-keys", provider_key, token)["id"]
    group = call("POST", "/groups", {"name": "fuzzed", "organization_id": organization}, token)["id"]
    call("POST", f"/groups/{group}/members", {"user_id": user}, token)
    call("POST", f"/groups/{group}/allocation/entries", {"amount": "1000"}, token)
    reservation = call("POST", f"/groups/{group}/allocation/reservations", {"amount": "10"}, token)["id"]
    role = call("POST", "/roles", {"name": "fuzzed", "permissions": ["user.read"]}, token)["id"]
    grant = {"user_id": user, "role_id": role, "scope": "organization", "organization_id": organization}
    grant = call("POST", "/role-grants", grant, token)["id"]
    file = b"username,display_name\nfuzzed.imported,Fuzzed\n"
    imported = call("POST", "/user-imports", file, token, "text/csv")["id"]
    nobody = {"kind": "revoke_user_sessions", "selection": {"filter": {"q": "nobody is called so"}}}
    job = call("POST", f"/plans/{call('POST', '/plans', {'action': nobody}, token)['id']}/execution", token=token)["id"]
    return {
        USERS: user,
        "_organization(_avatar)?$": organization,
        "^(get|revoke)(_own)?_session$": session,
        "_service_account_key$": account,
        "_api_key$": key,
        "_provider_key$": provider_key,
        "_group_member$": group,
        "_group$|_group_members$|_allocation$|_allocation_entries$|^(list_reservations|create_reservation)$": group,
        "^(get|settle|release)_reservation$": reservation,
        "_role$": role,
        "_role_grant$": grant,
        "^(get|execute)_user_import$|^list_user_import_lines$": imported,
        "_plan$": plan,
        "_job$|_job_rows$": job,
    }


def main():
    token = sign_in(os.environ["QUARTERDECK_LOGIN"], PASSWORD)
    config = (HERE / "schemathesis.toml").read_text()
    ids = prepare(token)
    member = ids[USERS]
    for pattern, value in ids.items():
        parameters = f'"path.id" = "{value}"'
        if pattern == "_group_member$":
            parameters += f', "path.user_id" = "{member}"'
        config += f'\n[[operations]]\ninclude-operation-id-regex = "{pattern}"\nparameters = {{ {parameters} }}\n'
        # What was just created would be looked for under the same id, which the run may have deleted before.
        config += "checks.ensure_resource_availability.enabled = false\n"
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "schemathesis.toml")
        path.write_text(config)
        tool = pathlib.Path(sys.executable).with_name("schemathesis")
        return subprocess.run([
            tool, "--config-file", path, "run", f"{BASE}/api/openapi.json", "-H", f"Authorization: Bearer {token}",
            # All checks are on by default; named here, they would be on where the settings turn one off, too.
            "--phases", "examples,coverage,fuzzing,stateful",
            "--max-examples", os.environ.get("MAX_EXAMPLES", "12"), "--seed", os.environ.get("SEED", "1"), "--request-timeout", "10", *sys.argv[1:],
        ]).returncode


sys.exit(main())
