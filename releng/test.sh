# `cloudops test`: installs what the tests need, runs all of them, prints the totals. Read by ../cloudops.

debian_packages="python3 python3-venv xvfb xauth libgtk-3-0 libwebkit2gtk-4.1-0 dbus-x11 gnome-keyring libsecret-1-0 libsecret-tools at-spi2-core adwaita-icon-theme fonts-dejavu-core procps"
moto='moto[server]==5.2.1'
awscli='awscli==1.45.11'
venv=$state/venv

install_debian_packages() {
  command -v dpkg-query >/dev/null || { say "Not a Debian system: make sure that Xvfb and GTK 3 are installed"; return; }
  missing=
  for package in $debian_packages; do
    # newer releases call a library NAMEt64
    dpkg-query -W -f '${Status}\n' "$package" "${package}t64" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  [ "$(id -u)" -eq 0 ] || fail "the tests need Debian packages that are missing:$missing" "sudo apt-get install$missing"
  say "Installing$missing"
  apt-get update -qq >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >"$state/apt.log" 2>&1 \
    || fail "apt-get could not install$missing" "look into $state/apt.log"
}

install_python_packages() {
  python3 -c 'import moto.server' 2>/dev/null && aws --version >/dev/null 2>&1 && return
  say "Installing $moto and $awscli into $venv"
  { python3 -m venv "$venv" && "$venv/bin/python3" -m pip install -q "$moto" "$awscli"; } >&2 \
    || fail "the AWS simulator or the AWS CLI could not be installed" "python3 -m venv $venv && $venv/bin/pip install '$moto' '$awscli'"
  PATH=$venv/bin:$PATH
}

# Adds up what Surefire wrote, and says so; fails when there is nothing to add up.
totals() {
  find "$root" -path '*/target/surefire-reports/TEST-*.xml' -newer "$state/tests-started" -exec sed -n '/<testsuite /{
    s/.* name="\([^"]*\)".*/&/
    p
    q
  }' {} \; | awk '
    function value(name) { return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) : 0 }
    { suites++; tests += value("tests"); errors += value("errors"); failures += value("failures"); skipped += value("skipped") }
    END {
      printf "Surefire totals: %d suites, Tests run: %d, Failures: %d, Errors: %d, Skipped: %d\n", suites, tests, failures, errors, skipped
      exit suites == 0 || errors + failures > 0
    }'
}

run_tests() {
  mkdir -p "$state"
  install_debian_packages
  install_python_packages
  export PATH
  # of whoever runs the tests, whose home they must not touch and whose passphrase they must not take
  unset CLOUDOPS_HOME CLOUDOPS_PASSPHRASE CLOUDOPS_PASSPHRASE_FD
  require_jdk
  find_maven
  : > "$state/tests-started"
  started=$(date +%s)
  result=0
  (cd "$root" && xvfb-run -a -s '-screen 0 1280x800x24' "$mvn" -B -ntp -T 2 "$@" clean verify) || result=$?
  totals || [ "$result" -ne 0 ] || result=1
  say "Took $(($(date +%s) - started)) s"
  return "$result"
}

case ${1:-} in
  --long) run_tests -Dcloudops.test.long=true ;;
  '') run_tests ;;
  *) fail "test takes no argument but --long, not '$1'" "./cloudops test" ;;
esac
