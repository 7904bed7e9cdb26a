# Sourced by dsdn, devnet/run, tests/* and .ci/run: finds what this machine lacks, installs it or says how.
# Everything said here goes to standard error; standard output belongs to the caller's results.

DSDN_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
DSDN_CLIENTS="$DSDN_ROOT/devnet/clients"
DSDN_PROGRAM="$DSDN_ROOT/artifacts/program/dsdn"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false

# A missing system part: nothing else can be done here (exit class 2).
readonly EXIT_SYSTEM=2

say() { printf '%s\n' "$*" >&2; }

# The Debian package of each library that chain/ binds by P/Invoke, by the file the loader looks for.
declare -A NATIVE_LIBRARIES=(
  [librocksdb.so.7.8]=librocksdb7.8
  [libsecp256k1.so.1]=libsecp256k1-1
  [libsodium.so.23]=libsodium23
)

need_dotnet() {
  command -v dotnet > /dev/null && return
  say "The .NET SDK 10 is missing: https://dot.net (package dotnet-sdk-10.0)."
  exit $EXIT_SYSTEM
}

need_native_libraries() {
  local file missing=() known
  known="$(ldconfig -p 2> /dev/null || /sbin/ldconfig -p)"
  for file in "${!NATIVE_LIBRARIES[@]}"; do
    [[ "$known" == *"$file "* ]] || missing+=("${NATIVE_LIBRARIES[$file]}")
  done
  [[ ${#missing[@]} -eq 0 ]] || install_packages "${missing[@]}"
}

# Debian's Node 18 suffices: it starts npm, which brings the pinned Node 22 the clients run on.
need_node() {
  local missing=()
  command -v node > /dev/null || missing+=(nodejs)
  command -v npm > /dev/null || missing+=(npm)
  [[ ${#missing[@]} -eq 0 ]] || install_packages "${missing[@]}"
}

# The second implementation of the log's formats (tests/Chain/Log/second) needs the interpreter and its own library only.
need_python() {
  command -v python3 > /dev/null || install_packages python3
}

install_packages() {
  local root=() line="apt-get install -y --no-install-recommends $*"
  if [[ $(id -u) -ne 0 ]]; then
    if sudo -n true 2> /dev/null; then root=(sudo -n); else
      say "System packages are missing and this user cannot install them. Run:"
      say "  sudo apt-get update && sudo $line"
      exit $EXIT_SYSTEM
    fi
  fi
  if ! command -v apt-get > /dev/null; then
    say "These Debian 12 packages, or what your system calls them, are missing: $*"
    exit $EXIT_SYSTEM
  fi
  say "Installing system packages: $*"
  "${root[@]}" apt-get update -q > /dev/null || true
  if ! "${root[@]}" env DEBIAN_FRONTEND=noninteractive $line > "$(scratch)/apt.log" 2>&1; then
    tail -n 20 "$(scratch)/apt.log" >&2
    say "Could not install: $*"
    exit $EXIT_SYSTEM
  fi
}

# The outside clients at the versions and hashes of the lock file; once per lock file. Not `npm ci`: it refuses a lock file
# without the other platforms' optional binaries, which not every registry copy has.
need_clients() {
  need_node
  local stamp="$DSDN_CLIENTS/node_modules/.locked" want
  want="$(cat "$DSDN_CLIENTS/package.json" "$DSDN_CLIENTS/package-lock.json" | sha256sum | cut -d' ' -f1)"
  if [[ "$(cat "$stamp" 2> /dev/null)" != "$want" ]]; then
    say "Installing the outside clients (npm, by the lock file)"
    if ! (cd "$DSDN_CLIENTS" && rm -rf node_modules && npm install --no-save --no-audit --no-fund --ignore-scripts > "$(scratch)/npm.log" 2>&1); then
      tail -n 20 "$(scratch)/npm.log" >&2
      say "npm failed in devnet/clients"
      exit $EXIT_SYSTEM
    fi
    printf '%s\n' "$want" > "$stamp"
  fi
  # Puts cast, anvil and the pinned Node first.
  export PATH="$DSDN_CLIENTS/node_modules/.bin:$PATH"
}

# The binary of a Foundry tool itself, without its Node wrapper.
clients_binary() {
  local file
  file="$(find "$DSDN_CLIENTS/node_modules/@foundry-rs" -type f -path "*/bin/$1" -print -quit)"
  [[ -n "$file" ]] || { say "No $1 for this processor"; exit $EXIT_SYSTEM; }
  printf '%s\n' "$file"
}

# A folder for logs of the helpers themselves.
scratch() { mkdir -p "$DSDN_ROOT/artifacts/log" && printf '%s\n' "$DSDN_ROOT/artifacts/log"; }

# build_release TARGET NAME [COMMAND and options]: builds a project or the solution; on failure shows the errors and exits 1.
build_release() {
  local target="$1" log; log="$(scratch)/build-$2.log"
  shift 2
  [[ $# -gt 0 ]] || set -- build
  need_dotnet
  if ! dotnet "$@" "$DSDN_ROOT/$target" -c Release -v q -nologo > "$log" 2>&1 < /dev/null; then
    grep -E ' error |: error' "$log" | sort -u | head -n 40 >&2 || tail -n 40 "$log" >&2
    say "The build of $target failed (log: $log)"
    exit 1
  fi
}

# True where a source of the program is newer than what was built.
program_is_stale() {
  [[ -x "$DSDN_PROGRAM" ]] || return 0
  local stamp="$DSDN_ROOT/artifacts/.built"
  [[ -f "$stamp" ]] || return 0
  [[ -n "$(find "$DSDN_ROOT"/{chain,modules,consensus,genesis,node,clients} "$DSDN_ROOT"/Directory.*.props "$DSDN_ROOT/global.json" \
    -type f \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.json' \) -newer "$stamp" -print -quit)" ]]
}

# Builds the program in Release where needed. Takes a lock, so that two launchers do not build at once.
need_program() {
  need_native_libraries
  program_is_stale || return 0
  need_dotnet
  exec 9> "$(scratch)/build.lock"
  flock 9
  if program_is_stale; then
    say "Building dsdn (first use, or sources changed)"
    local stamp="$DSDN_ROOT/artifacts/.built"
    touch "$stamp.next"
    build_release node/Host/Dsdn.csproj program publish --use-current-runtime --no-self-contained -o "$(dirname "$DSDN_PROGRAM")"
    mv "$stamp.next" "$stamp"
  fi
  flock -u 9
  exec 9>&-
}
