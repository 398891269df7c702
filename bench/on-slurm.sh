#!/bin/sh
# Scores a gallery by a real Slurm on this machine alone, an array of 8, and compares with `score`. It needs root, Debian's
# slurm-wlm and munge, and no Slurm that runs already: sh bench/on-slurm.sh alice [--content content]
set -eu
gallery=$1
shift
home=$(mktemp -d)
host=$(hostname -s)
mkdir "$home/state" "$home/spool"
cat > "$home/slurm.conf" <<END
ClusterName=loopback
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmctldPort=16817
SlurmdPort=16818
CommunicationParameters=NoInAddrAny
StateSaveLocation=$home/state
SlurmdSpoolDir=$home/spool
SlurmctldPidFile=$home/slurmctld.pid
SlurmdPidFile=$home/slurmd.pid
SlurmctldLogFile=$home/slurmctld.log
SlurmdLogFile=$home/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
export SLURM_CONF="$home/slurm.conf"
install -d -o munge /run/munge
runuser -u munge -- /usr/sbin/munged --pid-file="/run/munge/munged.pid"
slurmctld
slurmd
stop() {
  for daemon in "$home/slurmd.pid" "$home/slurmctld.pid" /run/munge/munged.pid; do kill "$(cat "$daemon")" || true; done
}
trap stop EXIT
node bin/cellarium.mjs slurm "$gallery" "$@" --shards 8 --threads 1 --store "$home/a store" --out "$home/submit.sh"
sh "$home/submit.sh" --output="$home/%A_%a.out"
# A task that waits for others is held back for two minutes each time.
while [ -n "$(squeue --noheader)" ]; do sleep 5; done
node bin/cellarium.mjs score "$gallery" "$@" --threads 1 --json > "$home/whole.json"
cmp "$home/whole.json" "$home/a store/scores.json"
echo "the same bytes, in $home"
