#!/bin/sh
# `rollbook` in a terminal: the installed program, as a window or, with a command, as a command line.
program=$(dirname "$(readlink -f "$0")")/../rollbook

# Electron ends at once where there is no display, even with no window to show: a command gets one that nobody sees.
if [ -n "$DISPLAY$WAYLAND_DISPLAY" ]; then
  exec "$program" --log-level=3 "$@"
fi

fail() {
  echo "rollbook: $1" >&2
  exit 1
}

# As the program itself tells a command from a school's file.
case ${1:-} in
  --help | --version | --json) ;;
  '' | *[!a-zA-Z]*) fail 'there is no display to open a window on (DISPLAY and WAYLAND_DISPLAY are empty)' ;;
esac
command -v Xvfb >/dev/null ||
  fail 'without a display, commands need the program Xvfb: install the package xvfb (apt install xvfb)'

folder=$(mktemp -d) || exit 1
trap 'kill $server 2>/dev/null; rm -rf "$folder"' EXIT
# Before anything is started: a shell that a signal ends cleans nothing up.
trap 'kill -TERM $command 2>/dev/null || exit 143' HUP TERM
# A key for this display alone: one entry for any host and number, as xauth would write it.
{
  printf '\377\377\0\0\0\0\0\022MIT-MAGIC-COOKIE-1\0\020'
  head -c 16 /dev/urandom
} >"$folder/key"
mkfifo "$folder/number"
# In a session of its own: Ctrl+C must not take the display away before the command has stopped. (So not xvfb-run.)
setsid Xvfb -displayfd 3 -screen 0 640x480x24 -nolisten tcp -auth "$folder/key" 3>"$folder/number" >/dev/null 2>&1 &
server=$!
read -r number <"$folder/number" || fail 'Xvfb did not start'

# In the background, since a shell that waits in front hears no signal. Ctrl+C in a terminal reaches both.
trap : INT
DISPLAY=:$number XAUTHORITY=$folder/key "$program" --log-level=3 "$@" <&0 &
command=$!
wait $command
code=$?
while kill -0 $command 2>/dev/null; do
  wait $command
  code=$?
done
exit $code
