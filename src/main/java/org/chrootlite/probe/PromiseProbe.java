package org.chrootlite.probe;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.chrootlite.linux.Architecture;
import org.chrootlite.model.Network;
import org.chrootlite.model.Sandbox;

/** Tries what a sandbox promises; what the probe cannot see of itself is judged with what others have seen. */
public final class PromiseProbe {
  /** What a probe's file is called. */
  public static final String NAME = "verify";

  static final String DIRECTORY = "/run";

  /** Where its file is in the sandbox. */
  static final String PATH = DIRECTORY + "/" + NAME;

  /** What should not come into being; where it does, it is in the run's own memory, whatever the manifest mounts. */
  static final String SCRATCH_FILE = "/dev/shm/.chroot-lite-verify";

  private final Sandbox sandbox;
  private final Architecture architecture;
  private final List<Trial> trials;

  private PromiseProbe(Sandbox sandbox, HostView host, Architecture architecture) {
    this.sandbox = sandbox;
    this.architecture = architecture;
    List<Trial> all = new ArrayList<>(FileTrials.of(sandbox, host));
    all.addAll(ProcessTrials.of(sandbox));
    all.addAll(KernelTrials.of(sandbox, host, architecture));
    this.trials = List.copyOf(all);
  }

  /** The probe of a sandbox. */
  public static PromiseProbe of(Sandbox sandbox, HostView host, Architecture architecture) {
    return new PromiseProbe(sandbox, host, architecture);
  }

  /** The executable, to be run in the sandbox. */
  public byte[] executable() {
    return TrialProgram.compile(trials, architecture);
  }

  /**
   * Judges each promise, in the order of their declaration.
   *
   * @param output the standard output of the probe
   * @param abis the result of each {@link AbiProbe}
   * @param outside the host's view of the {@link PresenceProbe}
   */
  public List<Guarantee> judge(byte[] output, List<Guarantee.Tried> abis, Outside outside) {
    Map<Integer, Answer> answers = TrialProgram.answers(trials, output);
    List<Guarantee> guarantees = new ArrayList<>();
    for (Promise promise : Promise.values()) {
      List<Guarantee.Tried> tried = new ArrayList<>(TrialProgram.judge(promise, trials, answers));
      switch (promise) {
        case OTHER_ABI -> tried.addAll(abis);
        case USER -> tried.addAll(outside.user());
        case CAPABILITIES -> tried.addAll(outside.capabilities());
        case SUPERVISION -> tried.addAll(outside.supervision());
        case LIFETIME -> tried.addAll(outside.lifetime());
        case HOST_FILES, DESCRIPTORS, ENVIRONMENT, PROCESSES, NAMESPACES, MOUNTS, PRIVILEGES, FILTER, KEYS, KERNEL,
            SOCKETS, NETWORK, TERMINAL, HOSTNAME, PROC, DEVICES, START -> {}
      }
      guarantees.add(guarantee(promise, tried));
    }
    return guarantees;
  }

  private Guarantee guarantee(Promise promise, List<Guarantee.Tried> tried) {
    if (promise == Promise.NETWORK && sandbox.network().value() == Network.HOST) {
      return absent(promise, "granted by network: host");
    }
    if (promise == Promise.OTHER_ABI && tried.isEmpty() && AbiProbe.of(architecture).isEmpty()) {
      return absent(promise, "there is none on " + architecture.kernelName());
    }
    return Guarantee.of(promise.id(), promise.description(), tried);
  }

  private static Guarantee absent(Promise promise, String why) {
    List<Guarantee.Tried> nothing = List.of(new Guarantee.Tried("not tried", why, true));
    return new Guarantee(promise.id(), promise.description(), GuaranteeStatus.ABSENT, nothing);
  }
}
