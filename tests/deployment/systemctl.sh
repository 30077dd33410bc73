#!/bin/bash
# Stands in for systemctl where systemd cannot run: starts what a unit says, as its user and with its
# environment. What systemd would add (restarts, sandboxes, timers) is not there.
set -eu
units=/etc/systemd/system
action=$1; shift
[ "$action" = daemon-reload ] && exit 0

value() { sed -n "s/^$2=//p" "$units/$1.service" | head -n 1; }

start() {
    local unit=${1%.service}
    case $unit in
        *.timer) test -f "$units/${unit%.timer}.service"; return ;;
        postgresql | redis-server | nginx) service "$unit" restart; return ;;
    esac
    local file line
    file=$(value "$unit" EnvironmentFile)
    local run=(env -i PATH="$PATH" LANG=C.UTF-8)
    while IFS= read -r line; do
        [ -n "$line" ] && run+=("$(eval "printf '%s' $line")")
    done < "$file"
    run+=(setpriv --reuid "$(value "$unit" User)" --regid "$(value "$unit" Group)" --init-groups)
    cd "$(value "$unit" WorkingDirectory)"
    read -ra command <<< "$(value "$unit" ExecStart)"
    if [ "$(value "$unit" Type)" = oneshot ]; then
        "${run[@]}" "${command[@]}"
    else
        if [ -f "/run/$unit.pid" ]; then kill "$(cat "/run/$unit.pid")" && sleep 3; fi
        "${run[@]}" "${command[@]}" > "/var/log/$unit.log" 2>&1 < /dev/null &
        echo $! > "/run/$unit.pid"
        sleep 5
        if [ "$(value "$unit" Type)" = notify ]; then  # systemd waits until it says that it is ready
            for _ in $(seq 60); do
                curl --silent --output /dev/null http://127.0.0.1:8000/healthz && break
                sleep 1
            done
        fi
        kill -0 "$(cat "/run/$unit.pid")" || { cat "/var/log/$unit.log"; return 1; }
    fi
}

for unit in "$@"; do
    case $action:$unit in
        enable:--now | start:* | restart:* | enable:*) [ "$unit" = --now ] || start "$unit" ;;
        reload:nginx) service nginx reload || service nginx start ;;
        *) echo "the stand-in knows no $action $unit" >&2; exit 1 ;;
    esac
done
