package cloudops.cli.internal;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import cloudops.execution.Command;
import cloudops.execution.Command.AwsCli;

/** A command line of the AWS CLI as a person types it: {@code aws --region eu-west-1 rds stop-db-instance --db-instance-identifier x}. */
final class AwsCommandLine {

    private static final Set<String> PROGRAMS = Set.of("aws", "aws.exe", "aws.cmd");

    /** Its global options, which may stand in front of service and operation; see {@code aws help}. */
    private static final Set<String> WITH_VALUE = Set.of("--endpoint-url", "--output", "--query", "--profile", "--region", "--color",
            "--ca-bundle", "--cli-read-timeout", "--cli-connect-timeout", "--cli-binary-format", "--cli-error-format");
    private static final Set<String> WITHOUT_VALUE = Set.of("--debug", "--no-verify-ssl", "--no-paginate", "--no-sign-request", "--no-cli-pager",
            "--cli-auto-prompt", "--no-cli-auto-prompt");
    /** What the AWS CLI answers by itself. */
    private static final List<List<String>> CALLING_NOBODY = List.of(List.of("--version"), List.of("help"));

    private final List<String> words;
    private final List<String> globals = new ArrayList<>();
    private int next;

    private AwsCommandLine(List<String> words) {
        this.words = words;
    }

    /** Whether {@code argv} calls AWS, and so is to be judged by what it asks of AWS. */
    static boolean isCall(List<String> argv) {
        return PROGRAMS.contains(fileName(argv.getFirst())) && !CALLING_NOBODY.contains(argv.subList(1, argv.size()));
    }

    /**
     * @param argv what {@link #isCall} accepted
     * @param profile for a call that names none; null for the default chain
     * @param region for a call that names none; null for the profile's
     * @throws CliException (usage) when service and operation cannot be told
     */
    static Command parse(List<String> argv, String profile, String region) throws CliException {
        requireOnPath(argv.getFirst());
        var line = new AwsCommandLine(argv);
        line.next = 1;
        var service = line.name();
        var operation = line.name();
        var args = new ArrayList<>(line.globals);
        args.addAll(argv.subList(line.next, argv.size()));
        return new AwsCli(service, operation, args, profile, region);
    }

    /** The next word that is no global option. */
    private String name() throws CliException {
        while (next < words.size() && words.get(next).startsWith("-")) {
            takeOption();
        }
        if (next == words.size()) {
            throw usage("an AWS call needs a service and an operation", "cloudops exec -- aws rds describe-db-instances");
        }
        return words.get(next++);
    }

    private void takeOption() throws CliException {
        var word = words.get(next);
        int equals = word.indexOf('=');
        var name = equals < 0 ? word : word.substring(0, equals);
        boolean value = WITH_VALUE.contains(name);
        if (!value && !WITHOUT_VALUE.contains(name)) {
            throw usage("not a global option of the AWS CLI: " + name, "write it behind service and operation");
        }
        globals.add(word);
        next++;
        if (value && equals < 0 && next < words.size()) {
            globals.add(words.get(next++));
        }
    }

    /** The engine runs the first {@code aws} on the PATH: it shall be the one that was asked for. */
    private static void requireOnPath(String program) throws CliException {
        var name = fileName(program);
        if (name.equals(program.toLowerCase(Locale.ROOT))) {
            return;
        }
        try {
            var onPath = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)).map(folder -> Path.of(folder, name))
                    .filter(Files::isExecutable).findFirst();
            if (onPath.isEmpty() || !Files.isSameFile(onPath.get(), Path.of(program))) {
                throw usage(program + " is not the AWS CLI that is on the PATH", "write aws, and put its folder first on the PATH");
            }
        } catch (IOException e) {
            throw usage("there is no program " + program, "aws");
        }
    }

    private static CliException usage(String message, String remedy) {
        return new CliException(ExitCode.USAGE, message, remedy);
    }

    private static String fileName(String program) {
        int end = Math.max(program.lastIndexOf('/'), program.lastIndexOf('\\'));
        return program.substring(end + 1).toLowerCase(Locale.ROOT);
    }
}
