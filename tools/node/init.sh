#!/usr/bin/env bash
# init.sh FOLDER COMMAND…: the first process of the namespaces that guard.sh makes. It prepares them, runs the command in
# them, and reaps the orphans that containerd leaves to it; bash does that by itself.
set -euo pipefail
folder=$1
shift

# Where a node's programs write at fixed places they write into the folder, and see nothing of the machine's own.
mount --make-rshared /
for place in /run /var/lib /var/log; do
  mkdir -p "$folder$place"
  mount --bind "$folder$place" "$place"
done

# kubelet sets these for the whole machine, unless it finds them set.
mkdir -p "$folder/tunables"
for setting in vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1 \
  kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000; do
  name=${setting%=*}
  echo "${setting#*=}" >"$folder/tunables/${name##*/}"
  mount --bind "$folder/tunables/${name##*/}" "/proc/sys/$name"
done

# One control group of the node's own in each hierarchy (version 1), or in the only one (version 2).
for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/*; do
  [ ! -e "$hierarchy/cgroup.procs" ] || mkdir "$hierarchy/${folder##*/}"
done

# The bridge is there before the API server, which advertises its address.
ip link set lo up
ip link add cni0 type bridge
ip address add 10.88.0.1/16 dev cni0
ip link set cni0 up
# Without any route to it, the address of a Service is unreachable before kube-proxy's rules rewrite it.
ip route add 10.0.0.0/24 dev cni0
echo 1 >/proc/sys/net/ipv4/ip_forward

"$@" &
wait $!
