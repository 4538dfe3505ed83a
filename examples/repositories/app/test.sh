#!/bin/sh
# What the workflows run. Put your linters and tests here.
set -eu
test -f Dockerfile
