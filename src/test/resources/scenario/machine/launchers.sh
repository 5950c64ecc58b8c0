#!/busybox sh
# Asks the kernel of a machine about a filter, and starts launchers, each in the directory of a run as the supervisor makes it, whose name begins with who is to start it.
/busybox --install -s /bin
cp /busybox /opt/rootfs/bin
for applet in sh uname hostname id; do
  ln -s busybox /opt/rootfs/bin/$applet
done
for directory in /opt/runs/*; do
  name=${directory##*/}
  cd "$directory" || exit
  case $name in
    root*) set -- ./launcher ;;
    *)
      chown -R 1000:1000 .
      set -- start-stop-daemon -S -q -c 1000:1000 -x ./launcher
      ;;
  esac
  : | env -i "$@" 2>&1 | cat >"/results/$name.out"
  cp status "/results/$name.status"
done
cd / || exit
(cd /opt/filter && ./under-filter filter decide <calls >/results/decisions) || exit
# The same without a jail, last, since it may do harm.
/opt/probe /busybox >/results/outside.out 2>&1 || exit
