#!/bin/sh
# After the .rpm is installed: `rollbook` is the launcher, which also serves where there is no display.
ln -sf /opt/Rollbook/bin/rollbook /usr/bin/rollbook
# Where ordinary users may not make namespaces, this is how the sandbox comes to be.
chmod 4755 /opt/Rollbook/chrome-sandbox
for kind in 'update-mime-database /usr/share/mime' 'update-desktop-database /usr/share/applications'; do
  $kind 2>/dev/null || true # A desktop without them looks by itself.
done
