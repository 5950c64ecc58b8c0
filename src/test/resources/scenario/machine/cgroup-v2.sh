# Runs Chroot Lite in a machine with control groups of version 2, as systemd sets them up: as root, as an ordinary user
# in a subtree that is delegated to him, and as one who has none.
groups=/sys/fs/cgroup
/busybox mount -t cgroup2 none $groups

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

# within DIRECTORY COMMAND...: becomes the first process of a group, as systemd starts what it starts
cat >/usr/bin/within <<'END'
#!/bin/sh
mkdir -p "/sys/fs/cgroup/$1"
echo 0 >"/sys/fs/cgroup/$1/cgroup.procs" || exit 99
shift
exec "$@"
END
chmod +x /usr/bin/within

# results NAME COMMAND...: what it printed, and how it ended
results() {
  name=$1
  shift
  "$@" >"$name.out" 2>"$name.err"
  echo $? >"$name.exit"
  echo "$name ended after $(cat /proc/uptime)"
}

left() {
  find $groups -name 'chroot-lite-*'
}

uname -r >kernel
mkdir -p /home/user
chown 1000:1000 /home/user
user='setpriv --reuid 1000 --regid 1000 --clear-groups chroot-lite --home /home/user/state'

echo '+cpu +memory +pids' >$groups/cgroup.subtree_control
group user.slice
group user.slice/user-0.slice
group user.slice/user-1000.slice

results root within user.slice/user-0.slice/session-1.scope chroot-lite --home /var/root run -f /opt/boxes --all -o json
left >root.left

# What systemd --user has: its own group, and below it one for each program that it starts.
manager=user.slice/user-1000.slice/user@1000.service
for directory in $manager $manager/app.slice $manager/app.slice/run-1.scope; do
  delegate "$directory"
done
group $manager
group $manager/app.slice
delegated="within $manager/app.slice/run-1.scope $user"
# shellcheck disable=SC2086 # words
{
  results delegated $delegated run -f /opt/boxes --all -o json
  left >delegated.left

  # A run whose supervisor is killed leaves its group to the next command.
  $delegated run waits -- 30 >waits.out 2>waits.err &
  while [ -z "$(left)" ] && [ -e /proc/$! ]; do
    sleep 0.2
  done
  left >killed.before
  kill -9 $!
  wait $!
  results killed $delegated list
  left >killed.left

  # A login session: its group is root's.
  alone="within user.slice/user-1000.slice/session-2.scope $user"
  results alone $alone run hello/hello 'limits/*' -o json
  results refused $alone run 'cpus/*' -o json
  left >alone.left
}
