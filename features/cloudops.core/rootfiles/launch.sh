# Finds a JDK and starts Equinox on it; read by ./cloudops and by the start scripts of the products.
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

# Becomes the JVM with the arguments given; the caller has set `here` to the product's folder. Name of the class archive first.
become_jvm() {
  require_jdk
  jdk_major "$JAVA_HOME"
  classes=$here/configuration/$1-$major.jsa
  shift
  # The archive makes the JVM start faster. It is made once, after the build, and not while users work: then it could hold what they look at.
  if [ -n "${CLOUDOPS_ARCHIVE_CLASSES:-}" ]; then
    set -- "-XX:ArchiveClassesAtExit=$classes" "$@"
  elif [ -f "$classes" ]; then
    set -- "-XX:SharedArchiveFile=$classes" "$@"
  fi
  # The launcher asks its class where it lies, and a class from the archive says where it lay when that was made, before somebody moved the product.
  set -- "-Dosgi.install.area=file:$here/" "$@"
  # libraries (not ours) use sun.misc.Unsafe, of which a JVM from 24 on would warn on every start
  [ "$major" -lt 24 ] || set -- --sun-misc-unsafe-memory-access=allow "$@"
  # Names may be in any script, and a JVM hands them to other programs in the locale's encoding.
  case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
    *UTF-8 | *utf8 | *utf-8) ;;
    *) LC_ALL=C.UTF-8 && export LC_ALL ;;
  esac
  # A shell exits where it cannot become the program.
  trap 'fail "java cannot be started; perhaps the arguments are too long" "fewer at a time (xargs), or put them into a file"' EXIT
  # A scan makes more calls at once than the five connections to a host that Java would keep for the next ones; each new one takes a handshake.
  # More carriers than cores: a virtual thread keeps its carrier while it loads a class, and OSGi's class loaders wait for each other.
  exec "$JAVA_HOME/bin/java" -Djdk.virtualThreadScheduler.parallelism=64 -Dhttp.maxConnections=100 -Xmx1g -Xshare:auto -Xlog:disable \
    --enable-native-access=ALL-UNNAMED "-Djava.io.tmpdir=${TMPDIR:-/tmp}" "-Djava.util.logging.config.file=$here/logging.properties" "$@"
}

# Sets `launcher` to the product's Equinox launcher.
find_launcher() {
  for launcher in "$here"/plugins/org.eclipse.equinox.launcher_*.jar; do :; done
  [ -f "$launcher" ] || fail "this product is damaged: $here/plugins has no Equinox launcher" "install it again"
}
