#!/usr/bin/env bash
# Runs a container engine of our own, for tests, demos and benchmarks:
#
#   eng/container-engine.sh [--podman] FOLDER                 until it is stopped (SIGTERM, SIGINT), or whoever started it has ended
#   eng/container-engine.sh [--podman] FOLDER COMMAND ARGS... until the command has ended, with its exit code; DOCKER_HOST names the engine
#
# As root. Once it answers, the script prints one line, "ready unix://FOLDER/engine.sock", and in FOLDER lie
#   engine.sock   what to talk to
#   engine.pid    the process of the engine; when it is killed, it is started anew, as a service manager would, but not while FOLDER/hold exists
#   subnet        all addresses of its containers, 10.N.0.0/16, to which this machine has a route
#   address       where this machine reaches ports that containers publish
#   engine.log    what the engine said
# The engine lives in a network namespace of its own, so the machine's addresses, firewall and forwarding stay as they are, and several run
# beside each other. At the end its containers, processes, mounts, control groups and its network are gone; FOLDER stays, without its data.
# Exit code 3, with the reason, where no engine can run.
set -euo pipefail

give_up() {
    printf '%s\n' "$*" >&2
    exit 3
}

engine=docker
if [ "${1:-}" = --podman ]; then
    engine=podman
    shift
fi
[ $# -gt 0 ] || give_up 'name the folder for the engine to live in'
parent=$PPID
mkdir -p "$1"
folder=$(cd "$1" && pwd -P)
shift
command=("$@")
[ "$(id -u)" = 0 ] || give_up 'a container engine of our own needs root'
PATH=$PATH:/usr/sbin:/sbin
for tool in "${engine/docker/dockerd}" ip nsenter unshare setsid flock curl; do
    command -v "$tool" >/dev/null || give_up "$tool is not installed"
done
socket=$folder/engine.sock
[ ${#socket} -lt 108 ] || give_up "$socket is too long for a socket's path"

# One line for each engine that runs: name, process and start time of its script. Who finds the line of a script that was killed tidies up after it.
register=/run/hale-engines
mkdir -p "$register"
name=hale-e$$
near=he$$ far=hf$$

started() { cut -d ' ' -f 22 "/proc/$1/stat" 2>/dev/null || true; }
ask() { curl -sf --max-time 30 --unix-socket "$socket" "$@"; }

# The processes in containers of the engine called $1; and all of its processes, the others of which carry its name in their environment.
contained() { find /sys/fs/cgroup -path "*/$1/*" -name cgroup.procs -exec cat {} + 2>/dev/null || true; }
processes() {
    contained "$1"
    grep -lzxF "HALE_ENGINE=$1" /proc/[0-9]*/environ 2>/dev/null | cut -d / -f 3 || true
}

# Takes away what is left of the engine called $1, whose script was the process $2.
sweep() {
    local rounds=0 left
    while left=$(processes "$1" | grep -vx "$$" || true) && [ -n "$left" ] && [ $((rounds += 1)) -lt 100 ]; do
        # shellcheck disable=SC2086 # one word for each process
        kill -9 $left 2>/dev/null || true
        sleep 0.05
    done
    ip link delete "he$2" 2>/dev/null || true
    [ ! -e "/run/netns/$1" ] || ip netns delete "$1" 2>/dev/null || true
    find /sys/fs/cgroup -depth -type d \( -name "$1" -o -path "*/$1/*" \) -exec rmdir {} + 2>/dev/null || true
    rm -f "$register/$1"
}

# The first 10.N.0.0/16 that this machine has no business with. Called under the lock, and taken by the route that is added under it.
free_subnet() {
    local n
    for n in $(seq 64 199); do
        if [ -z "$(ip route show root "10.$n.0.0/16")" ] && ! ip route show match "10.$n.0.0/16" | grep -qv ^default; then
            echo "$n"
            return
        fi
    done
    give_up 'no subnet from 10.64.0.0/16 to 10.199.0.0/16 is free'
}

make_network() {
    local record other pid start n
    for record in "$register"/hale-e*; do
        [ -e "$record" ] || continue
        read -r other pid start <"$record" || continue
        [ "$(started "$pid")" = "$start" ] || sweep "$other" "$pid"
    done
    printf '%s %s %s\n' "$name" "$$" "$(started $$)" >"$register/$name"
    ip netns add "$name" || give_up 'no network namespace can be made here'
    ip link add "$near" type veth peer name "$far" netns "$name" || give_up 'no pair of interfaces (veth) can be made here'
    n=$(free_subnet)
    subnet=10.$n
    ip address add "$subnet.255.1/30" dev "$near"
    ip link set "$near" up
    ip -n "$name" link set lo up
    ip -n "$name" address add "$subnet.255.2/30" dev "$far"
    ip -n "$name" link set "$far" up
    ip -n "$name" route add default via "$subnet.255.1"
    ip route add "$subnet.0.0/16" via "$subnet.255.2"
    printf '%s\n' "$subnet.0.0/16" >"$folder/subnet"
    printf '%s\n' "$subnet.255.2" >"$folder/address"
}

# In a session of its own, so that a Ctrl-C at the terminal is for the script, which ends the engine in order. With no signal ignored, since containers
# inherit that. Not "ip netns exec": it mounts /sys anew, and the control groups below it would be gone. In a mount namespace of its own, so that no
# mount outlives it.
inside() {
    HALE_ENGINE=$name exec env --default-signal=HUP,INT,QUIT setsid nsenter --net="/run/netns/$name" unshare --mount --propagation slave -- "$@"
}

start_docker() {
    # One that was killed left its files behind, and its containerd died with it.
    rm -f "$folder/docker.pid" "$folder/exec/containerd/containerd.pid"
    printf '{}\n' >"$folder/daemon.json" # in place of the machine's own
    inside dockerd --config-file "$folder/daemon.json" -H "unix://$socket" --data-root "$folder/data" --exec-root "$folder/exec" \
        --pidfile "$folder/docker.pid" --exec-opt native.cgroupdriver=cgroupfs --cgroup-parent "/$name" \
        --bip "$subnet.0.1/20" --default-address-pool "base=$subnet.128.0/18,size=26" --default-address-pool "base=$subnet.64.0/18,size=26"
}

# Limits that take no privilege to raise, and a manager of control groups that needs no systemd. Namespaces of containers are named by mounts in
# /run/netns: in a folder that goes with the engine, or their empty files would be left on the machine. Control groups cannot be chosen by way of the
# API, so processes of containers are known by a variable in their environment.
start_podman() {
    cat >"$folder/containers.conf" <<END
[containers]
default_ulimits = [ "nofile=$(ulimit -Hn):$(ulimit -Hn)", "nproc=32768:32768" ]
env = [ "HALE_ENGINE=$name" ]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
default_subnet = "$subnet.0.0/20"
default_subnet_pools = [ { "base" = "$subnet.128.0/18", "size" = 26 } ]
END
    export CONTAINERS_CONF=$folder/containers.conf
    # shellcheck disable=SC2016 # for the shell inside
    inside sh -c 'mount -t tmpfs tmpfs /run/netns && exec "$@"' sh \
        podman --root "$folder/data" --runroot "$folder/exec" --tmpdir "$folder/exec/tmp" system service -t 0 "unix://$socket"
}

daemon='' child=''
start_engine() {
    local waited=0
    rm -f "$socket"
    "start_$engine" >>"$folder/engine.log" 2>&1 </dev/null &
    daemon=$!
    printf '%s\n' "$daemon" >"$folder/engine.pid"
    until ask http://engine/_ping >/dev/null 2>&1; do
        kill -0 "$daemon" 2>/dev/null && [ $((waited += 1)) -lt 600 ] || return 1
        sleep 0.1
    done
    # Docker drops what comes from outside to a container's own address; from this machine it is welcome.
    [ $engine != docker ] || nsenter --net="/run/netns/$name" iptables -C DOCKER-USER -i "$far" -j ACCEPT 2>/dev/null ||
        nsenter --net="/run/netns/$name" iptables -I DOCKER-USER -i "$far" -j ACCEPT
}

# Containers are killed once the engine knows that it is to end, and so starts none anew.
finish() {
    local rounds=0
    trap '' TERM INT HUP
    if [ -n "$child" ]; then
        kill "$child" 2>/dev/null || true
        while kill -0 "$child" 2>/dev/null && [ $((rounds += 1)) -lt 150 ]; do sleep 0.1; done
    fi
    rounds=0
    if [ -n "$daemon" ] && kill "$daemon" 2>/dev/null; then
        while kill -0 "$daemon" 2>/dev/null && [ $((rounds += 1)) -lt 200 ]; do
            contained "$name" | xargs -r kill -9 2>/dev/null || true
            sleep 0.05
        done
    fi
    sweep "$name" $$
    local container
    for container in "$folder"/data/*-containers/*/; do
        rmdir /sys/fs/cgroup/*/libpod_parent/libpod-"$(basename "$container")" 2>/dev/null || true
    done
    rm -rf "$folder/data" "$folder/exec" "$socket" "$folder/engine.pid" "$folder/subnet" "$folder/address"
}

trap finish EXIT
trap 'exit 143' TERM HUP
# A Ctrl-C reaches the command too, and the engine stays until the command has ended.
trap 'exit 130' INT
[ ${#command[@]} -eq 0 ] || trap : INT

exec 9>"$register/lock"
flock 9
make_network
exec 9>&-
start_engine || give_up "$engine does not run here: $(tail -n 1 "$folder/engine.log")"
if [ ${#command[@]} -gt 0 ]; then
    env --default-signal=INT,QUIT DOCKER_HOST="unix://$socket" "${command[@]}" <&0 &
    child=$!
else
    printf 'ready unix://%s\n' "$socket"
fi

exec 8<> <(:) # nothing is ever written to it: a pause that a signal ends and that starts no process
while :; do
    if [ -n "$child" ] && ! kill -0 "$child" 2>/dev/null; then
        code=0
        wait "$child" || code=$?
        child=''
        exit "$code"
    fi
    while read -r key value; do
        [ "$key" != PPid: ] || [ "$value" = "$parent" ] || exit 143
    done <"/proc/$$/status"
    if ! kill -0 "$daemon" 2>/dev/null && [ ! -e "$folder/hold" ]; then
        start_engine || give_up "$engine does not start again: $(tail -n 1 "$folder/engine.log")"
    fi
    read -rt 0.2 -u 8 || true
done
