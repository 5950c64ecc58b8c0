package org.chrootlite.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.chrootlite.compile.bpf.Program;
import org.chrootlite.compile.machine.EncodedProgram;
import org.chrootlite.compile.machine.LoadedFile;
import org.chrootlite.compile.machine.Operation;
import org.chrootlite.compile.seccomp.SeccompFilter;
import org.chrootlite.compile.step.JailPlan;
import org.chrootlite.compile.step.Step;
import org.chrootlite.compile.step.SyscallFilter;
import org.chrootlite.linux.Architecture;
import org.chrootlite.linux.Syscall;

/** What a launcher's bytes say, on either architecture, is what the plan of any sandbox was lowered to. */
class LauncherProperties {
  @Property(tries = 60)
  void theExecutableHoldsAllOperationsOfThePlan(
      @ForAll("cases") Sandboxes.Case subject, @ForAll Architecture architecture) {
    JailPlan plan = JailPlanner.plan(subject.sandbox(), subject.script(), subject.provisions());
    Launcher launcher = Launcher.compile(plan, architecture);
    assertEquals(Lowering.lower(plan).program().operations(), launcher.program().operations());
    EncodedProgram.assertHolds(launcher.program(), architecture, new LoadedFile(launcher.executable()));
  }

  @Property(tries = 20)
  void theFilterThatIsInstalledIsTheArchitecturesOwn(
      @ForAll("cases") Sandboxes.Case subject, @ForAll Architecture architecture) {
    SeccompFilter filter = SeccompFilter.forArchitecture(architecture);
    JailPlan any = JailPlanner.plan(subject.sandbox(), subject.script(), subject.provisions());
    List<Step> script =
        any.script().stream()
            .map(step -> step instanceof Step.FilterSyscalls ? filtering(filter) : step)
            .toList();
    Launcher launcher = Launcher.compile(new JailPlan(any.outer(), any.init(), script), architecture);
    LoadedFile file = new LoadedFile(launcher.executable());
    int installed = 0;
    List<Operation> operations = launcher.program().operations();
    for (int i = 0; i < operations.size(); i++) {
      if (EncodedProgram.call(file, i) == Syscall.SECCOMP.number(architecture)) {
        installed++;
        // struct sock_fprog: how many instructions, and where
        long program = EncodedProgram.argument(file, i, 2);
        int size = Math.toIntExact(8 * file.word(program));
        assertEquals(filter.program(), Program.decode(file.bytes(file.word(program + 8), size)));
        assertTrue(size > 1000, "a filter of the real size");
      }
    }
    assertEquals(1, installed);
  }

  private static Step filtering(SeccompFilter filter) {
    return new Step.FilterSyscalls(new SyscallFilter(filter.bytes(), filter.summary()));
  }

  @Provide
  Arbitrary<Sandboxes.Case> cases() {
    return Sandboxes.cases();
  }
}
