package cloudops.execution.internal.approval;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import cloudops.execution.Command;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.internal.process.CliOption;
import cloudops.execution.internal.process.Launch;

/**
 * What rules see of a request: its parts, never a joined line. A part that is not known is empty; one that the request gives twice has both
 * values.
 *
 * @param kind as in JSON: {@code exec}
 * @param program as the request has it, as it was resolved, and without links; empty for AWS calls
 * @param programNames the names that the program goes by
 * @param argv as the request has it; empty for all but {@link Command.Exec}
 * @param service of an AWS call; null for others
 * @param operation of an AWS call; null for others
 * @param awsWords words that a program passes on to the AWS CLI
 */
record Subject(String kind, Set<String> program, Set<String> programNames, List<String> argv, String service, String operation,
        List<String> awsWords, Set<String> accounts, Set<String> regions, Set<String> profiles) {

    /** @param launch of the request */
    static Subject of(ExecutionRequest request, Launch launch) {
        var accounts = known(request.metadata().accountId());
        return switch (request.command()) {
            case Command.Exec exec -> new Subject("exec", programs(exec.argv(), launch), Programs.names(programs(exec.argv(), launch)), exec.argv(), null,
                    null, awsWords(exec.argv()), accounts, Set.of(), Set.of());
            case Command.Script script -> program("script", script.interpreter().program(), launch, accounts);
            case Command.Shell shell -> program("shell", "sh", launch, accounts);
            case Command.AwsCli cli -> new Subject("aws_cli", Set.of(), Set.of(), List.of(), cli.service(), cli.operation(), List.of(), accounts,
                    values(cli.region(), cli.args(), "--region"), values(cli.profile(), cli.args(), "--profile"));
            case Command.AwsSdk sdk -> new Subject("aws_sdk", Set.of(), Set.of(), List.of(), sdk.service(), sdk.operation(), List.of(), accounts,
                    known(sdk.region()), known(sdk.profile()));
        };
    }

    private static Subject program(String kind, String name, Launch launch, Set<String> accounts) {
        var programs = programs(List.of(name), launch);
        return new Subject(kind, programs, Programs.names(programs), List.of(), null, null, List.of(), accounts, Set.of(), Set.of());
    }

    private static Set<String> programs(List<String> argv, Launch launch) {
        var programs = new TreeSet<String>();
        argv.stream().limit(1).forEach(programs::add);
        launch.argv().stream().limit(1).forEach(programs::add);
        Optional.ofNullable(launch.program()).map(Path::toString).ifPresent(programs::add); // /usr/bin/./x is /usr/bin/x
        return programs;
    }

    /** Behind the first word that names the AWS CLI, be it started by way of another program. */
    private static List<String> awsWords(List<String> argv) {
        for (int i = 0; i < argv.size(); i++) {
            if (Programs.isAws(argv.get(i))) {
                return argv.subList(i + 1, argv.size());
            }
        }
        return List.of();
    }

    private static Set<String> values(String field, List<String> args, String option) {
        var values = new HashSet<>(known(field));
        values.addAll(CliOption.values(option, args));
        return values;
    }

    private static Set<String> known(String value) {
        return value == null ? Set.of() : Set.of(value);
    }
}
