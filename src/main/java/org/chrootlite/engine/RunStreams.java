package org.chrootlite.engine;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * The caller's ends of a run's streams. An output that fails has lost its reader: the script's end of it is closed, and
 * the script gets SIGPIPE or EPIPE at its next write.
 *
 * @param input for a script that has no input of its own; empty for nothing at all
 */
public record RunStreams(Optional<InputStream> input, OutputStream output, OutputStream error) {}
