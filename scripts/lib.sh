# What run, test, bench and .ci/run share. Sourced, not run.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build_dir="$root/.build"
mkdir -p "$build_dir"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=true

say() { printf '%s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# Runs a step quietly; its output goes to a log, and the end of that is shown when it fails.
step() { # name, command...
  local name=$1 log
  shift
  log="$build_dir/${name// /-}.log"
  say "- $name"
  if ! "$@" >"$log" 2>&1 </dev/null; then
    tail -n 40 "$log" >&2
    die "$name failed; the whole output is in ${log#"$root"/}"
  fi
}

need_dotnet() {
  command -v dotnet >/dev/null || die "The .NET SDK 10 is missing: install dotnet-sdk-10.0, see https://dotnet.microsoft.com/download/dotnet/10.0"
  dotnet --list-sdks | grep -q '^10\.' || die "The .NET SDK 10 is missing (found: $(dotnet --list-sdks | cut -d' ' -f1 | paste -sd' ')): install dotnet-sdk-10.0"
}

need_node() {
  command -v node >/dev/null && command -v npm >/dev/null || die "Node.js 20.19 or newer with npm is missing: see https://nodejs.org"
  node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' ||
    die "Node.js 20.19 or newer is needed (found $(node --version)): see https://nodejs.org"
}

# The state of what a build is made of: names and contents of the files under the given paths.
fingerprint() {
  (cd "$root" && find "$@" -type d \( -name bin -o -name obj -o -name node_modules -o -name dist \) -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
}

# Runs a build only when its inputs have changed since it last succeeded.
when_changed() { # name, inputs..., --, command...
  local name=$1 inputs=() now
  shift
  while [ "$1" != -- ]; do inputs+=("$1"); shift; done
  shift
  now=$(fingerprint "${inputs[@]}")
  if [ "$(cat "$build_dir/$name.stamp" 2>/dev/null)" != "$now" ]; then
    "$@"
    printf '%s\n' "$now" >"$build_dir/$name.stamp"
  fi
}

# Not `npm ci`: that insists on optional packages for every other platform, which not every registry has. The lock
# file decides the versions all the same, and is not written.
install_web() { (cd "$root/web" && npm install --no-save --no-audit --no-fund); }
web_packages() { [ -d "$root/web/node_modules" ] || rm -f "$build_dir/web-packages.stamp"; when_changed web-packages web/package.json web/package-lock.json -- step "web packages" install_web; }

bundle_web() { (cd "$root/web" && node_modules/.bin/vite build); }
build_web() {
  [ -f "$root/web/dist/index.html" ] || rm -f "$build_dir/web.stamp"
  when_changed web web -- bundle_web_step
}
bundle_web_step() { web_packages; step "web client" bundle_web; }

server_dll="$root/src/Hongyan.Server/bin/Release/net10.0/Hongyan.Server.dll"
compile_server() { dotnet build "$root/src/Hongyan.Server" -c Release; }
build_server() {
  [ -f "$server_dll" ] || rm -f "$build_dir/server.stamp"
  when_changed server src/Hongyan.Server src/Hongyan.Contracts Directory.Build.props Directory.Packages.props global.json BannedSymbols.txt .editorconfig -- step "server" compile_server
}

# Installs Debian packages that are missing.
need_packages() {
  local missing=() package sudo=()
  for package in "$@"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "Missing packages: ${missing[*]}. Install them as root: apt-get install ${missing[*]}"
    sudo=(sudo)
  fi
  step "package lists" "${sudo[@]}" apt-get update
  step "packages ${missing[*]}" "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
}

# Where PostgreSQL's own programs are; tests and bench start servers of their own with them.
find_postgres() {
  need_packages postgresql-15
  HONGYAN_PG_BIN=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
  export HONGYAN_PG_BIN
}
