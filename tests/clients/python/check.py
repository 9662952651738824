"""Generates a Python client from the document and uses it against the running server."""

import os
import pathlib
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parents[3]
out = pathlib.Path(tempfile.mkdtemp())
generator = pathlib.Path(sys.executable).with_name("openapi-python-client")
env = {**os.environ, "PATH": f"{generator.parent}:{os.environ['PATH']}"}
done = subprocess.run(
    [
        generator, "generate", "--path", root / "openapi/openapi.json", "--output-path", out / "client", "--meta", "none",
        "--config", pathlib.Path(__file__).with_name("generator.yaml"), "--fail-on-warning",
    ],
    env=env, capture_output=True, text=True,
)
if done.returncode != 0:
    sys.exit(f"the client could not be generated:\n{done.stdout}\n{done.stderr}")
sys.path.insert(0, str(out))

from client import AuthenticatedClient, Client  # noqa: E402
from client.api.auth import login  # noqa: E402
from client.api.users import create_user, list_users, update_user  # noqa: E402
from client.models import ClientKind, CreateUser, Login, UpdateUser, UserStatus  # noqa: E402

base = os.environ["QUARTERDECK_URL"]
passed = 0


def check(what: str, holds: bool) -> None:
    global passed
    if not holds:
        print(f"FAILED: {what}\n{passed} passed, 1 failed")
        sys.exit(1)
    passed += 1


credentials = Login(login=os.environ["QUARTERDECK_LOGIN"], password=os.environ["QUARTERDECK_PASSWORD"], client=ClientKind.CLI)
tokens = login.sync(client=Client(base_url=base), body=credentials)
check("signs in", tokens.token_type == "Bearer")
client = AuthenticatedClient(base_url=base, token=tokens.access_token)
user = create_user.sync(client=client, body=CreateUser(username="py.client", display_name="Python client"))
check("creates a user", user.username == "py.client")
page = list_users.sync(client=client, q="py.client")
check("lists users", page.total == 1 and page.items[0].id == user.id)
user = update_user.sync(client=client, id=user.id, body=UpdateUser(status=UserStatus.SUSPENDED, status_reason="generated client"))
check("suspends a user", user.status == UserStatus.SUSPENDED)
print(f"{passed} passed, 0 failed")
