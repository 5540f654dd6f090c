package cloudops.execution.internal.process;

import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/**
 * All that is to reach the process of a command.
 *
 * @param argv the program, absolute where it was found, and its arguments; empty for a command that runs in-process
 * @param program the file that is the program once every link is followed; null where none was found or none is needed
 * @param variables the whole environment but the marker, and but the secrets of {@code signIn}
 * @param signIn whose variables are added when it starts; null for none
 * @param script the bytes of a script: a private file with them takes the place of the second argument; null for other commands
 * @param workingDir null for the engine's scratch folder
 * @param problem why it cannot be started, for people; null when it can
 */
public record Launch(List<String> argv, Path program, SortedMap<String, String> variables, SignIn signIn, byte[] script, Path workingDir,
        String problem) {

    /** As nobody in particular. */
    public Launch(List<String> argv, Path program, SortedMap<String, String> variables, byte[] script, Path workingDir, String problem) {
        this(argv, program, variables, null, script, workingDir, problem);
    }

    /**
     * A profile that is in none of the AWS files.
     *
     * @param credentials which ones it had when this was looked at
     */
    public record SignIn(String profile, String credentials) {
    }

    Launch with(SignIn other) {
        return new Launch(argv, program, variables, other, script, workingDir, problem);
    }

    Launch with(String otherProblem) {
        return new Launch(argv, program, variables, signIn, script, workingDir, otherProblem);
    }

    /** The same, with these variables as well and so without the need to sign in. */
    Launch signedIn(SortedMap<String, String> all) {
        return new Launch(argv, program, all, null, script, workingDir, problem);
    }
}
