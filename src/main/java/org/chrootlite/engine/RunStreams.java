package org.chrootlite.engine;

import java.io.OutputStream;
import org.chrootlite.run.Input;

/**
 * The caller's ends of a run's streams. An output that fails has lost its reader: the script's end of it is closed, and
 * the script gets SIGPIPE or EPIPE at its next write.
 *
 * @param input for a script that has no input of its own
 */
public record RunStreams(Input input, OutputStream output, OutputStream error) {}
