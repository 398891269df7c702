#!/usr/bin/env bash
# Builds the native library of @tensorflow/tfjs-node-gpu where the host that its install script downloads from is out of
# reach: TensorFlow's C library from its Python package, the binding from the sources in the npm package.
#
#   scripts/tfjs-native.sh [folder]    the folder whose node_modules gets the package; this checkout if left out
#
# What comes of it computes on the processor alone, for the Python package is the one without CUDA. It is the same
# code of the engine, the binding and the library as on a GPU, but for TensorFlow's own CUDA kernels.
#
# Needs Linux on x64, g++, readelf, Python with pip, unzip and npm. Fetches 207 MB, leaves 600 MB, takes a minute.
set -euo pipefail

TFJS=4.22.0
TENSORFLOW=2.9.1        # what that tfjs-node asks for, in its scripts/deps-constants.js
NODE_API=8              # the newest that its package.json names
NODE_API_HEADERS=1.9.0  # Node-API is stable C, so any Node of these days fits

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=$(cd "${1:-$root}" && pwd)
package=$folder/node_modules/@tensorflow/tfjs-node-gpu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { echo "· $*" >&2; }

for tool in g++ readelf python3 unzip npm; do
  command -v "$tool" > /dev/null || { echo "error: $tool is not here; install it first" >&2; exit 1; }
done

if [ ! -d "$package" ]; then
  say "installing @tensorflow/tfjs-node-gpu $TFJS without its install script"
  npm install --prefix "$folder" --no-save --ignore-scripts --no-audit --no-fund "@tensorflow/tfjs-node-gpu@$TFJS" >&2
fi

say "fetching TensorFlow $TENSORFLOW and the headers of Node-API"
python3 -m pip download --quiet --no-deps --only-binary=:all: --python-version 3.10 --dest "$work" \
  "tensorflow-cpu==$TENSORFLOW"
(cd "$work" && npm pack --silent "node-api-headers@$NODE_API_HEADERS" > /dev/null && tar -xzf node-api-headers-*.tgz)

say 'unpacking'
unzip -q "$work"/tensorflow_cpu-*.whl -d "$work" \
  'tensorflow/include/tensorflow/c/*' 'tensorflow/include/tensorflow/core/platform/*' \
  tensorflow/libtensorflow_framework.so.2 tensorflow/python/_pywrap_tensorflow_internal.so
libraries=$package/deps/lib
binding=$package/lib/napi-v$NODE_API
mkdir -p "$libraries" "$binding"
mv "$work/tensorflow/libtensorflow_framework.so.2" "$work/tensorflow/python/_pywrap_tensorflow_internal.so" "$libraries"

# The library has functions for Python too, and wants every symbol when it is loaded. None of those functions is called
# from Node, so it gets empty ones.
readelf --dyn-syms --wide "$libraries/_pywrap_tensorflow_internal.so" |
  awk '$7 == "UND" && $8 ~ /^_?Py/ { sub(/@.*/, "", $8); print "void *" $8 "[512];" }' | sort -u > "$work/python.c"
gcc -w -shared -fPIC "$work/python.c" -o "$libraries/libno-python.so"

say 'compiling the binding'
g++ -std=c++17 -O2 -w -shared -fPIC "-DNAPI_VERSION=$NODE_API" \
  -I "$work/package/include" -I "$work/tensorflow/include" \
  "$package/binding/tfjs_backend.cc" "$package/binding/tfjs_binding.cc" \
  -o "$binding/tfjs_binding.node" \
  -Wl,--no-as-needed -L "$libraries" \
  -l:libno-python.so -l:_pywrap_tensorflow_internal.so -l:libtensorflow_framework.so.2 \
  -Wl,--allow-shlib-undefined '-Wl,-rpath,$ORIGIN/../../deps/lib'

say "done: $(du -shL "$package" | cut -f1) in $package"
say 'npx cellarium devices shows what it computes, and how fast'
