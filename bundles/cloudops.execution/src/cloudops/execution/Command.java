package cloudops.execution;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** What an execution runs. A {@link cloudops.execution.spi.CommandRunner} runs each kind. Nothing here ever passes through a shell. */
public sealed interface Command {

    /**
     * A program with its arguments.
     *
     * @param argv program (looked up on the child's PATH unless it has a slash) and arguments; not empty
     */
    record Exec(List<String> argv) implements Command {
        public Exec {
            argv = List.copyOf(argv);
        }
    }

    /**
     * One call of the AWS CLI.
     *
     * @param service as the CLI names it: {@code rds}
     * @param operation as the CLI names it: {@code stop-db-instance}
     * @param args further arguments, passed as they are
     * @param profile AWS profile; null for the default chain
     * @param region AWS region; null for the profile's
     */
    record AwsCli(String service, String operation, List<String> args, String profile, String region) implements Command {
        public AwsCli {
            requireNonNull(service, "service");
            requireNonNull(operation, "operation");
            args = List.copyOf(args);
        }
    }

    /**
     * The same call in-process through the AWS SDK; its output is the JSON that the CLI prints.
     *
     * @param service as the CLI names it: {@code rds}
     * @param operation as the CLI names it: {@code stop-db-instance}
     * @param params the request as a JSON object with the API's member names: {@code {"DBInstanceIdentifier":"x"}}
     * @param profile AWS profile; null for the default chain
     * @param region AWS region; null for the profile's
     */
    record AwsSdk(String service, String operation, String params, String profile, String region) implements Command {
        public AwsSdk {
            requireNonNull(service, "service");
            requireNonNull(operation, "operation");
            params = params == null || params.isBlank() ? "{}" : params;
        }
    }
}
