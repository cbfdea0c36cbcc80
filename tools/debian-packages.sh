#!/bin/sh
# Installs Debian packages that tests use, where it may: arguments are COMMAND:PACKAGE pairs.
# Where it may not, tests that need them skip and say so; under CI they fail.
set -u
wanted=""
for pair in "$@"; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || wanted="$wanted ${pair#*:}"
done
[ -z "$wanted" ] && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
  echo "not installed (needs root and apt-get):$wanted" >&2
  exit 0
fi
apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted >/dev/null
