#!/bin/sh
# After the .rpm is removed; not when a newer one takes its place (1).
if [ "$1" = 0 ]; then rm -f /usr/bin/rollbook; fi
