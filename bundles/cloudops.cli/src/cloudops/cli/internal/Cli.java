package cloudops.cli.internal;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonGenerator;

import cloudops.cli.internal.Consent.NotApproved;
import cloudops.execution.ExecutionJson;
import cloudops.json.Json;
import cloudops.model.DisplayText;
import cloudops.model.Environment;
import cloudops.storage.spi.PassphraseSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code cloudops}: what all its commands share. */
@Command(name = "cloudops", description = "Knows your AWS estate, finds what a sentence means, and runs what you approve.",
        synopsisSubcommandLabel = "COMMAND", exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = { " 0:done", " 1:failed", " 2:wrong usage", " 3:partly done; the result says what failed",
            " 4:refused (permission, approval, read-only)", "130:interrupted" },
        footer = { "", "More: cloudops COMMAND --help" })
final class Cli implements Runnable {

    @Spec
    private CommandSpec spec;

    @Option(names = "--home", paramLabel = "DIR", scope = ScopeType.INHERIT,
            description = "Where store, keys and settings are (else CLOUDOPS_HOME, else ~/.cloudops).")
    private Path home;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "One JSON document on standard output, nothing else there.")
    private boolean json;

    @Option(names = "--quiet", scope = ScopeType.INHERIT, description = "No progress.")
    private boolean quiet;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Say more, stack traces included.")
    private boolean verbose;

    @Option(names = "--read-only", scope = ScopeType.INHERIT, description = "Refuse everything but reads.")
    private boolean readOnly;

    @Option(names = "--endpoint-url", paramLabel = "URL", converter = EndpointUrl.class, scope = ScopeType.INHERIT,
            description = "Replaces every AWS endpoint (a simulator, a VPC endpoint).")
    private URI endpointUrl;

    @Option(names = { "-h", "--help" }, usageHelp = true, scope = ScopeType.INHERIT, description = "Show this help.")
    private boolean help;

    private final Services services;
    private final Console console;
    private final UserPassphrase passphrase;
    private Environment environment;

    private Cli(Services services, Console console) {
        this.services = services;
        this.console = console;
        passphrase = new UserPassphrase(console, System.getenv());
    }

    /** Runs one command line; returns the exit code. */
    static int run(String[] arguments, Services services, Console console) {
        var cli = new Cli(services, console);
        var words = withUsualSpellings(arguments);
        var line = new CommandLine(cli);
        Commands.addTo(line, cli, words);
        line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExpandAtFiles(false)
                .setExecutionExceptionHandler((error, command, result) -> cli.report(Failure.of(error), error))
                .setParameterExceptionHandler((error, wrong) -> cli.reportUsage(error));
        return line.execute(words);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    /** The service; the first call settles where home and AWS are. */
    <T> T service(Class<T> type) {
        if (environment == null) {
            use(environmentOfUser(), passphrase);
        }
        return services.get(type);
    }

    /** Settles home, AWS and passphrase otherwise than the user's options say. Once, before the first {@link #service}. */
    void use(Environment chosen, PassphraseSource source) {
        environment = chosen;
        services.offer(PassphraseSource.class, source);
        services.offer(Environment.class, chosen);
    }

    Environment environment() {
        return environment;
    }

    Services services() {
        return services;
    }

    /** Of the user, whatever the home opens with. */
    UserPassphrase passphrase() {
        return passphrase;
    }

    Console console() {
        return console;
    }

    boolean json() {
        return json;
    }

    boolean readOnly() {
        return readOnly;
    }

    /** Whether somebody watches who wants to see progress. */
    boolean progressWanted() {
        return !quiet;
    }

    /** Prints a result as the one JSON document. */
    void print(Object result) throws IOException {
        ExecutionJson.mapper().writerWithDefaultPrettyPrinter().without(JsonGenerator.Feature.AUTO_CLOSE_TARGET).writeValue(console.out(), result);
        console.out().println();
    }

    /** Says something that is no result: on standard error, not with {@code --quiet}. */
    void say(String line) {
        if (!quiet) {
            console.err().println(line);
        }
    }

    private Environment environmentOfUser() {
        var env = System.getenv();
        var user = Path.of(System.getProperty("user.home"));
        var aws = path(env, "HOME", user).resolve(".aws"); // to the AWS CLI, the variable counts more than the system's list of users
        return new Environment(home != null ? home.toAbsolutePath() : path(env, "CLOUDOPS_HOME", user.resolve(".cloudops")),
                path(env, "AWS_CONFIG_FILE", aws.resolve("config")),
                path(env, "AWS_SHARED_CREDENTIALS_FILE", aws.resolve("credentials")), Optional.ofNullable(endpointUrl), readOnly,
                true);
    }

    private static Path path(Map<String, String> env, String variable, Path otherwise) {
        var value = env.get(variable);
        return value == null || value.isBlank() ? otherwise : Path.of(value).toAbsolutePath();
    }

    /** Tells the user of a failure. @return the exit code */
    int report(Failure failure, Throwable error) {
        failure.print(console);
        if (verbose) {
            error.printStackTrace(console.err());
        }
        if (json) {
            var document = Json.mapper().createObjectNode();
            document.putObject("error").put("message", failure.message()).put("try", failure.remedy());
            if (error instanceof NotApproved unasked) {
                document.put("approval_hash", unasked.hash()).set("verdict", Json.mapper().valueToTree(unasked.verdict()));
            }
            console.out().println(document);
        }
        return failure.exitCode();
    }

    private int reportUsage(ParameterException error) {
        console.err().println("cloudops: " + DisplayText.line(error.getMessage()));
        console.err().println("  try: " + error.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return ExitCode.USAGE;
    }

    /** {@code --version} is {@code version}, {@code help COMMAND} is {@code COMMAND --help}. */
    private static String[] withUsualSpellings(String[] arguments) {
        if (arguments.length == 0) {
            return arguments;
        }
        var rest = Arrays.stream(arguments).skip(1);
        return switch (arguments[0]) {
            case "--version" -> Stream.concat(Stream.of("version"), rest).toArray(String[]::new);
            case "help" -> Stream.concat(rest, Stream.of("--help")).toArray(String[]::new);
            default -> arguments;
        };
    }
}
