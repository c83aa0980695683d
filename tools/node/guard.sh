#!/usr/bin/env bash
# guard.sh FOLDER COMMAND…: runs a command in namespaces of its own (network, mounts, processes) and clears up after it.
#
# When standard input closes, because whoever started this has ended, the command is killed with all that it started:
# the kernel ends every process of a namespace with its first one, and the mounts, links and packet filters with them.
# What the kernel keeps is removed here: the folder, and the control groups that bear its name.
folder=$1
here=$(dirname "$0")

exec 3<&0 </dev/null
unshare --net --mount --pid --fork --kill-child=KILL --mount-proc "$here/init.sh" "$@" 3<&- &
namespaces=$!
(read -r -u 3; kill -KILL "$namespaces") 2>/dev/null &
watcher=$!
trap : TERM INT
wait "$namespaces" 2>/dev/null
code=$?
kill "$watcher" 2>/dev/null

groups() { find /sys/fs/cgroup -depth -type d -path "*/${folder##*/}*" 2>/dev/null; }

# A group can be removed once the last of its processes is reaped.
for _ in $(seq 100); do
  [ -z "$(groups)" ] && break
  groups | xargs rmdir 2>/dev/null || sleep 0.1
done
rm -rf --one-file-system "$folder"
exit "$code"
