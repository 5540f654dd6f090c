package cloudops.execution.internal;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

import cloudops.execution.Command;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.internal.process.ChildEnvironment;

/** Says what is wrong with a request before anything starts. */
public final class Requests {

    private static final Duration LONGEST = Duration.ofDays(365);
    /** Names of AWS services and operations; above all nothing that the CLI could take for an option. */
    private static final Pattern AWS_NAME = Pattern.compile("[a-z0-9]+(?:[.-][a-z0-9]+)*");
    /** A label of a host name: it becomes part of one. */
    private static final Pattern REGION = Pattern.compile("[a-z0-9]+(?:-[a-z0-9]+)*");

    private Requests() {
    }

    /** Whether it may be the name of a region; nothing else may become a part of a host's name. */
    public static boolean isRegion(String name) {
        return REGION.matcher(name).matches();
    }

    public static void validate(ExecutionRequest request) throws ExecutionException {
        switch (request.command()) {
            case Command.Exec exec -> argv(exec.argv());
            case Command.Script script -> arguments(script.args());
            case Command.Shell shell -> {
                require(!shell.script().isBlank(), "the shell's command line is empty");
                arguments(List.of(shell.script()));
            }
            case Command.AwsCli cli -> {
                awsNames(cli.service(), cli.operation(), cli.profile(), cli.region());
                arguments(cli.args());
                require(!cli.args().contains("--"), "an argument is --, behind which the AWS CLI would not see profile and region");
            }
            case Command.AwsSdk sdk -> awsNames(sdk.service(), sdk.operation(), sdk.profile(), sdk.region());
        }
        for (var variable : request.env().entrySet()) {
            variable(variable.getKey(), variable.getValue());
        }
        var timeout = request.timeout();
        require(timeout == null || timeout.isPositive() && timeout.compareTo(LONGEST) <= 0,
                "the timeout must be more than nothing and at most " + LONGEST.toDays() + " days, but is " + timeout);
    }

    private static void argv(List<String> argv) throws ExecutionException {
        require(!argv.isEmpty(), "the command is empty: it needs at least a program");
        require(!argv.getFirst().isEmpty(), "the program's name is empty");
        arguments(argv);
    }

    private static void arguments(List<String> args) throws ExecutionException {
        for (int i = 0; i < args.size(); i++) {
            require(args.get(i).indexOf('\0') < 0, "argument " + i + " has a NUL character, which no process can receive");
        }
    }

    private static void awsNames(String service, String operation, String profile, String region) throws ExecutionException {
        awsName("service", service);
        awsName("operation", operation);
        require(region == null || isRegion(region), "not the name of an AWS region: " + CommandText.quote(String.valueOf(region)));
        require(profile == null || !profile.isBlank() && !profile.startsWith("-") && profile.chars().noneMatch(Character::isISOControl),
                "not the name of an AWS profile: " + CommandText.quote(String.valueOf(profile)));
    }

    private static void awsName(String what, String name) throws ExecutionException {
        require(AWS_NAME.matcher(name).matches(), "not the name of an AWS " + what + ": " + CommandText.quote(name));
    }

    private static void variable(String name, String value) throws ExecutionException {
        require(!name.isEmpty() && name.indexOf('=') < 0 && name.indexOf('\0') < 0,
                "not the name of an environment variable: " + CommandText.quote(name));
        require(value.indexOf('\0') < 0, "the value of the environment variable " + name + " has a NUL character");
        require(!ChildEnvironment.isReserved(name),
                "the environment variable " + name + " is the program's own and cannot be passed; try: another name");
    }

    private static void require(boolean condition, String message) throws ExecutionException {
        if (!condition) {
            throw new ExecutionException(Problem.INVALID_REQUEST, message);
        }
    }
}
