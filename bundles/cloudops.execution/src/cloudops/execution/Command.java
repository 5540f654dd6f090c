package cloudops.execution;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import cloudops.execution.internal.process.AwsCliArguments;

/**
 * What an execution runs. Only {@link Shell} ever passes through a shell; arguments of all the others reach the program as they are.
 */
public sealed interface Command {

    /**
     * The words of a command line that does the same, secrets and all; the program's name first. Profile and region stand among the
     * arguments of a call of AWS, once each.
     */
    default List<String> words() {
        return switch (this) {
            case Exec exec -> exec.argv();
            case Shell shell -> List.of("sh", "-c", shell.script());
            case Script script -> joined(List.of(script.interpreter().program(), script.file().toString()), script.args());
            case AwsCli cli -> scoped(joined(List.of("aws", cli.service(), cli.operation()), cli.args()), cli.profile(), cli.region());
            case AwsSdk sdk -> scoped(joined(List.of("aws", sdk.service(), sdk.operation()),
                    "{}".equals(sdk.params()) ? List.of() : List.of("--cli-input-json", sdk.params())), sdk.profile(), sdk.region());
        };
    }

    private static List<String> joined(List<String> begin, List<String> rest) {
        var words = new ArrayList<>(begin);
        words.addAll(rest);
        return words;
    }

    private static List<String> scoped(List<String> words, String profile, String region) {
        AwsCliArguments.addUnlessGiven(words, words, "--profile", profile);
        AwsCliArguments.addUnlessGiven(words, words, "--region", region);
        return words;
    }

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
     * A file with a script. Its bytes are read when the request is judged and are part of what is approved; what runs is a private copy of
     * those very bytes, which the interpreter is given by name. So the script finds its own folder only as its working directory, if that is
     * asked for.
     *
     * @param interpreter runs it; the file's first line and its mode are not looked at
     * @param file the script, at most {@value #MAX_SCRIPT_BYTES} bytes
     * @param args passed to the script as they are
     */
    record Script(Interpreter interpreter, Path file, List<String> args) implements Command {
        /** Larger files are data rather than scripts. */
        public static final int MAX_SCRIPT_BYTES = 1024 * 1024;

        public Script {
            requireNonNull(interpreter, "interpreter");
            requireNonNull(file, "file");
            args = args == null ? List.of() : List.copyOf(args);
        }
    }

    /** What runs a {@link Script}. */
    enum Interpreter {
        SH("sh"), BASH("bash"), PYTHON("python3");

        private final String program;

        Interpreter(String program) {
            this.program = program;
        }

        /** The program, looked up on the child's PATH. */
        public String program() {
            return program;
        }
    }

    /**
     * A text for {@code sh -c}. It always needs a person's consent.
     *
     * @param script a POSIX shell's command line, pipes and all
     */
    record Shell(String script) implements Command {
        public Shell {
            requireNonNull(script, "script");
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
            args = args == null ? List.of() : List.copyOf(args);
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
