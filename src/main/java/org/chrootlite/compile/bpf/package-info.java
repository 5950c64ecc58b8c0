/**
 * Classic BPF as seccomp(2) runs it: instructions, an assembler with labels, the kernel's checks, bytes and back, and a
 * simulator. Knows nothing of any policy.
 *
 * <p>Only the instructions that a filter of ours needs exist here; decoding anything else is an error.
 */
@NullMarked
package org.chrootlite.compile.bpf;

import org.jspecify.annotations.NullMarked;
