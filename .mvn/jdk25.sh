# Sourced by mvnw and sally: points JAVA_HOME at a JDK 25, or stops with one clear line.
# Looks at JAVA_HOME, then the usual places, then the java on the PATH.

is_jdk25() { [ -x "$1/bin/javac" ] && grep -q '^JAVA_VERSION="25' "$1/release" 2>/dev/null; }

find_jdk25() {
  for candidate in "${JAVA_HOME-}" \
    /usr/lib/jvm/*25* /usr/java/*25* /opt/*jdk*25* /opt/java/* \
    "$HOME"/.sdkman/candidates/java/25* "$HOME"/.sdkman/candidates/java/current "$HOME"/.jdks/*25* \
    /Library/Java/JavaVirtualMachines/*25*/Contents/Home /opt/homebrew/opt/openjdk@25/libexec/openjdk.jdk/Contents/Home; do
    if [ -n "$candidate" ] && is_jdk25 "$candidate"; then
      printf '%s\n' "$candidate"
      return 0
    fi
  done
  on_path=$(command -v javac 2>/dev/null) || return 1
  home=$(dirname "$(dirname "$(readlink -f "$on_path")")")
  is_jdk25 "$home" && printf '%s\n' "$home"
}

# The callers may run with globbing off (set -f); the search needs it.
case $- in *f*) globbing_was_off=1 && set +f ;; *) globbing_was_off= ;; esac
if ! JAVA_HOME=$(find_jdk25); then
  echo "Sallyport needs a JDK 25: install one (for instance Temurin 25) or point JAVA_HOME at it." >&2
  exit 1
fi
[ -z "$globbing_was_off" ] || set -f
export JAVA_HOME
