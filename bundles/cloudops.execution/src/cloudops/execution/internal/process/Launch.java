package cloudops.execution.internal.process;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/**
 * All that is to reach the process of a command.
 *
 * @param argv the program, absolute where it was found, and its arguments; empty for a command that runs in-process
 * @param program the file that is the program once every link is followed; null where none was found or none is needed
 * @param variables the whole environment but the marker
 * @param script the bytes of a script: a private file with them takes the place of the second argument; null for other commands
 * @param workingDir null for the engine's scratch folder
 * @param problem why it cannot be started, for people; null when it can
 */
public record Launch(List<String> argv, Path program, SortedMap<String, String> variables, byte[] script, Path workingDir, String problem) {
}
