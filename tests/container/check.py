"""The container files, as far as they can be checked without an engine: the compose file parses and names what the server
knows, and what the image runs is run as commands: start, health check and stop, as the image's unprivileged user."""

import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
import time

import yaml

ROOT = pathlib.Path(__file__).parents[2]
BINARY = pathlib.Path(os.environ.get("QUARTERDECK_BINARY", ROOT / "target/debug/quarterdeck")).resolve()
checks = 0


def check(holds, what):
    global checks
    checks += 1
    assert holds, what


def instructions():
    """The Dockerfile as (instruction, arguments), continued lines joined."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return [tuple(line.split(maxsplit=1)) for line in lines]


def compose(image_env):
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    check({"quarterdeck", "postgres", "mail"} <= set(services), "server, database and mail catcher")
    server = services["quarterdeck"]
    check((ROOT / server["build"] / "Dockerfile").exists(), "the server is built from a Dockerfile")
    check(server["depends_on"]["postgres"]["condition"] == "service_healthy", "the server waits for the database")
    help_text = subprocess.run([BINARY, "serve", "--help"], capture_output=True, text=True, check=True).stdout
    settings = (ROOT / "crates/domain/src").rglob("settings*.rs")
    keys = {key for file in settings for key in re.findall(r'"([a-z_]+\.[a-z_]+)"', file.read_text())}
    for name in [*server["environment"], *image_env]:
        key = name.removeprefix("QUARTERDECK_SETTING_").lower()
        known = name in help_text or any(setting.replace(".", "_") == key for setting in keys)
        check(known, f"the server knows {name}")
    for name, service in services.items():
        for port in service.get("ports", []):
            check(port.startswith("127.0.0.1:"), f"{name} listens on this machine only")
        check("image" not in service or ":" in service["image"], f"{name} names a version")
    mounted = {volume.split(":")[1] for volume in server["volumes"]}
    check(dict(instructions())["VOLUME"] in mounted, "the image's volume is mounted")
    if shutil.which("docker") and subprocess.run(["docker", "compose", "version"], capture_output=True).returncode == 0:
        subprocess.run(["docker", "compose", "config", "--quiet"], cwd=ROOT, check=True)
        check(True, "docker compose reads the file")


def image():
    steps = instructions()
    last_stage = max(index for index, (name, _) in enumerate(steps) if name == "FROM")
    for _, command in [step for step in steps[:last_stage] if step[0] == "RUN"]:
        target = shlex.split(command)
        check(target[0] == "make", "the image is built by the Makefile")
        subprocess.run(["make", "--dry-run", *target[1:]], cwd=ROOT, check=True, capture_output=True)
    final = dict(steps[last_stage:])
    check(final["USER"] not in ("root", "0"), "the image does not run as root")
    check(" --from=build " in f" {final['COPY']} " and "target/release/quarterdeck" in final["COPY"], "the binary is copied")
    env = dict(pair.split("=", 1) for pair in shlex.split(final["ENV"]))
    compose(env)
    command = json.loads(final["ENTRYPOINT"]) + json.loads(final["CMD"])
    probe = json.loads(final["HEALTHCHECK"].split("CMD", 1)[1])
    uid = int(re.search(r"--uid (\d+)", final["RUN"]).group(1))
    run(command, probe, uid, env)


def run(command, probe, uid, env):
    """What an engine does: starts the command with the image's environment, asks its health, stops it by SIGTERM."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        root.chmod(0o755)
        (root / "bin").mkdir()
        shutil.copy(BINARY, root / "bin/quarterdeck")
        data = root / "data"
        data.mkdir(mode=0o700)
        as_user = []
        if os.geteuid() == 0:
            os.chown(data, uid, uid)
            as_user = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"]
        # The image listens on all addresses, a test on this machine only.
        environment = {**env, "QUARTERDECK_LISTEN": f"127.0.0.1:{port}", "QUARTERDECK_DATA_DIR": str(data)}
        environment["PATH"] = f"{root}/bin:{os.environ['PATH']}"
        probe = [part.replace("127.0.0.1:8080", f"127.0.0.1:{port}") for part in probe]
        ask = lambda: subprocess.run([*as_user, *probe], env=environment, capture_output=True).returncode
        check(ask() != 0, "the health check fails without a server")
        server = subprocess.Popen([*as_user, *command], env=environment, cwd="/", stdout=subprocess.DEVNULL)
        try:
            until = time.monotonic() + 30
            while ask() != 0 and time.monotonic() < until:
                check(server.poll() is None, "the server runs")
                time.sleep(0.2)
            check(ask() == 0, "the health check succeeds")
            keys = list((data / "keys").iterdir())
            check(keys and all(key.stat().st_mode & 0o077 == 0 for key in keys), "only the owner reads the keys")
            server.send_signal(signal.SIGTERM)
            check(server.wait(timeout=10) == 0, "the server stops within the engine's ten seconds")
        finally:
            server.kill()


image()
print(f"{checks} passed, 0 failed")
