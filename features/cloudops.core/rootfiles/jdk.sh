# Finds a JDK; read by ./cloudops and by the products' start scripts. Sets JAVA_HOME or ends with what to install.
java_needed=21

fail() { # what went wrong, what to do
  printf 'cloudops: %s\n' "$1" >&2
  [ -z "${2:-}" ] || printf '  try: %s\n' "$2" >&2
  exit 1
}

# Sets `major` to the version of the JDK in folder $1: from its release file, which costs no process, else from the JDK itself.
jdk_major() {
  major=
  if [ -r "$1/release" ]; then
    while IFS= read -r line || [ -n "$line" ]; do
      case $line in JAVA_VERSION=*) major=${line#JAVA_VERSION=\"} ;; esac
    done < "$1/release"
  fi
  [ -n "$major" ] || major=$("$1/bin/java" -version 2>&1 | sed -n 's/.*version "\([^"]*\)".*/\1/p')
  major=${major%%[!0-9]*}
}

usable_jdk() {
  [ -x "$1/bin/java" ] || return 1
  jdk_major "$1"
  [ "${major:-0}" -ge "$java_needed" ]
}

require_jdk() {
  [ -n "${JAVA_HOME:-}" ] && usable_jdk "$JAVA_HOME" && return
  on_path=$(command -v java || true)
  if [ -n "$on_path" ]; then
    on_path=$(readlink -f "$on_path")
    JAVA_HOME=${on_path%/bin/java}
    usable_jdk "$JAVA_HOME" && { export JAVA_HOME; return; }
  fi
  for JAVA_HOME in ${CLOUDOPS_JDK_FOLDERS-/usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/java/* /opt/jdk* \
      /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /Library/Java/JavaVirtualMachines/*/Contents/Home \
      "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*}; do
    usable_jdk "$JAVA_HOME" && { export JAVA_HOME; return; }
  done
  fail "no JDK $java_needed or newer in JAVA_HOME, on PATH or in the usual folders" \
    "apt-get install openjdk-21-jdk (or your system's way), or set JAVA_HOME to one"
}
