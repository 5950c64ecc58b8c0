#!/bin/sh
# Runs Chroot Lite in a machine with control groups of version 2, as systemd sets them up: as root, as an ordinary user
# in groups that are delegated to him, and as one who has none.
groups=/sys/fs/cgroup

# group DIRECTORY: makes one, with controllers at work in the groups below it
group() {
  mkdir -p "$groups/$1"
  echo '+cpu +memory +pids' >"$groups/$1/cgroup.subtree_control"
}

# delegate DIRECTORY: makes one that is the user's; see "Delegation" of cgroups(7)
delegate() {
  mkdir -p "$groups/$1"
  for file in . cgroup.procs cgroup.subtree_control cgroup.threads; do
    chown 1000:1000 "$groups/$1/$file"
  done
}

# within DIRECTORY COMMAND...: starts it as the first process of a group
within() {
  directory=$groups/$1
  shift
  mkdir -p "$directory"
  sh -c 'echo 0 >"$0/cgroup.procs" && exec "$@"' "$directory" "$@"
}

# results NAME COMMAND...: what it printed, and how it ended
results() {
  name=$1
  shift
  "$@" >"$name.out" 2>"$name.err"
  echo $? >"$name.exit"
  echo "$name ended after $(cut -d ' ' -f 1 /proc/uptime) s"
}

# What is left of groups of runs. The one that a delegated group's own processes are moved into stays.
left() {
  find $groups -name 'chroot-lite-*' ! -name chroot-lite-callers
}

# session NAME: what an ordinary user does in a group that he was started in
session() {
  case $1 in
    delegated)
      results delegated chroot-lite run -f /opt/boxes --all -o json
      left >delegated.left

      # A run whose supervisor is killed leaves its group to the next one.
      chroot-lite run waits -- 50 >waits.out 2>waits.err &
      while [ -z "$(left)" ] && [ -e /proc/$! ]; do
        sleep 0.2
      done
      left >killed.before
      kill -9 $!
      wait $!
      results killed chroot-lite run waits -o json
      left >killed.left
      ;;
    given)
      results given chroot-lite run limits/memory-of-four cpus/half-a-processor -o json
      left >given.left
      ;;
    alone)
      results alone chroot-lite run hello/hello 'limits/*' -o json
      results refused chroot-lite run 'cpus/*' -o json
      left >alone.left
      ;;
  esac
}

if [ $# -gt 0 ]; then
  session "$1"
  exit
fi

/busybox mount -t cgroup2 none $groups
chmod 1777 .
uname -r >kernel
echo '+cpu +memory +pids' >$groups/cgroup.subtree_control
group system.slice
group user.slice
group user.slice/user-0.slice
group user.slice/user-1000.slice

export CHROOT_LITE_HOME=/var/root
results root within user.slice/user-0.slice/session-1.scope chroot-lite run -f /opt/boxes --all -o json
left >root.left

export CHROOT_LITE_HOME=/home/user/state
mkdir -p /home/user
chown 1000:1000 /home/user
user='setpriv --reuid 1000 --regid 1000 --clear-groups /boot/task'

# What systemd --user has: its own group, and below it one for each program that it starts. Where it is told to delegate
# one it marks it; see user.delegate in systemd's documentation, CGROUP_DELEGATION.
manager=user.slice/user-1000.slice/user@1000.service
delegate $manager
delegate $manager/app.slice
group $manager
group $manager/app.slice
delegate $manager/app.slice/run-1.scope
/opt/boxes/mark $groups/$manager/app.slice/run-1.scope || exit
# shellcheck disable=SC2086 # words
{
  within $manager/app.slice/run-1.scope $user delegated

  # What systemd itself starts for a user, with a group of his own below one that is not.
  delegate system.slice/run-2.scope
  within system.slice/run-2.scope $user given

  # A login session: its group is root's.
  within user.slice/user-1000.slice/session-2.scope $user alone
}
