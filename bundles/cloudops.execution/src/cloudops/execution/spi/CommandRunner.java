package cloudops.execution.spi;

import java.util.Map;
import java.util.function.BiConsumer;

import org.osgi.annotation.versioning.ConsumerType;

import cloudops.execution.Command;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionRequest;

/**
 * Runs a kind of command in-process, such as {@link Command.AwsSdk}. Programs and the AWS CLI are run by the engine itself. Register it as a
 * service; it may come and go. The engine calls {@link #run} on a virtual thread of the execution; it may block. A runner is used by many
 * executions at once and holds no state of theirs.
 */
@ConsumerType
public interface CommandRunner {

    /** Whether this runner runs {@code command}. */
    boolean accepts(Command command);

    /**
     * Runs the command to its end.
     *
     * @param request validated and, where that was needed, approved
     * @param environment all that the runner may take from environment variables, as a child process would see them
     * @param output takes complete lines without their end, from any thread; throws an unchecked exception when they cannot be kept
     * @return the exit code
     * @throws InterruptedException when the engine interrupts the thread to cancel or time out; everything started is ended then
     * @throws RunFailedException when the command could not be started or broke down, with a message for people
     */
    int run(ExecutionRequest request, Map<String, String> environment, BiConsumer<Stream, String> output)
            throws InterruptedException, RunFailedException;

    /**
     * As {@link #run}, for a runner that uses the credentials of profiles. One that does so must refuse to run with any others than these.
     *
     * @param credentials as {@link ProfileVariables#find} told them of the command's profile when the request was judged; null for none
     */
    default int run(ExecutionRequest request, Map<String, String> environment, String credentials, BiConsumer<Stream, String> output)
            throws InterruptedException, RunFailedException {
        return run(request, environment, output);
    }
}
