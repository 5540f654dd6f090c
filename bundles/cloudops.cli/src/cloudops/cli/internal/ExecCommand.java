package cloudops.cli.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;

import cloudops.execution.Approval;
import cloudops.execution.Command.AwsCli;
import cloudops.execution.Command.Exec;
import cloudops.execution.Command.Interpreter;
import cloudops.execution.Command.Script;
import cloudops.execution.Command.Shell;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionResult;
import cloudops.execution.Verdict;
import cloudops.execution.Verdict.Effect;
import cloudops.model.Risk;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cloudops exec}. */
@Command(name = "exec", showEndOfOptionsDelimiterInUsageHelp = true,
        description = { "Runs a program, a script or an AWS call and shows its output as it comes.",
            "A program is consented to by typing it here. An AWS call that does more than read asks first." },
        footer = { "", "Examples:", "  cloudops exec -- aws ec2 describe-instances --region eu-west-1",
            "  cloudops exec --timeout 60 --shell 'df -h | sort -k5'", "  cloudops exec --script clean.py -- --dry-run" })
final class ExecCommand implements Callable<Integer> {

    private final Cli cli;

    @Option(names = "--timeout", paramLabel = "SECONDS", converter = SecondsOption.class,
            description = "End it with all its children after this time (an hour).")
    private Duration timeout;

    @Option(names = "--approve", paramLabel = "HASH", description = "Consent to exactly the call with this hash, as an earlier try showed it.")
    private String approvedHash;

    @Option(names = "--profile", paramLabel = "PROFILE", description = "AWS profile of the call; AWS_PROFILE of a program.")
    private String profile;

    @Option(names = "--region", paramLabel = "REGION", description = "AWS region of the call; AWS_REGION of a program.")
    private String region;

    @Option(names = "--env", paramLabel = "NAME=VALUE",
            description = "A variable for the command; repeatable. Of yours it gets only PATH, HOME, LANG and the like.")
    private Map<String, String> variables = Map.of();

    @Option(names = "--workdir", paramLabel = "DIR", description = "Where it runs (the current folder).")
    private Path workingDir;

    @ArgGroup
    private Source source;

    @Option(names = "--interpreter", paramLabel = "NAME", description = "sh, bash or python; else as the script's first line says.")
    private Interpreter interpreter;

    @Parameters(arity = "0..*", paramLabel = "ARGV", description = "The program and its arguments; arguments of a --script.")
    private List<String> argv = List.of();

    /** What may be run instead of a program. */
    private static final class Source {
        @Option(names = "--shell", required = true, paramLabel = "STRING", description = "A command line for sh, pipes and all.")
        private String shell;

        @Option(names = "--script", required = true, paramLabel = "FILE", description = "A file for sh, bash or python.")
        private Path script;
    }

    ExecCommand(Cli cli) {
        this.cli = cli;
    }

    @Override
    public Integer call() throws Exception {
        var command = command();
        var engine = cli.service(ExecutionEngine.class);
        var request = request(engine, command);
        var verdict = engine.verdict(request);
        var approval = refusedAnyway(verdict) || !verdict.approvalRequired() ? null : consent(engine, request, verdict);
        return run(engine, request.withApproval(approval));
    }

    private cloudops.execution.Command command() throws CliException {
        if (source != null && source.shell != null) {
            requireUsage(argv.isEmpty(), "--shell takes one command line and no further arguments", "put them into its quotes");
            return new Shell(source.shell);
        }
        if (source != null) {
            return new Script(interpreter != null ? interpreter : ScriptInterpreter.of(source.script), source.script.toAbsolutePath(), argv);
        }
        requireUsage(!argv.isEmpty(), "there is nothing to run", "cloudops exec -- PROGRAM ARGUMENTS, or --shell, or --script");
        return AwsCommandLine.isCall(argv) ? AwsCommandLine.parse(argv, profile, region) : new Exec(argv);
    }

    private ExecutionRequest request(ExecutionEngine engine, cloudops.execution.Command command) {
        var env = new LinkedHashMap<>(variables);
        if (!(command instanceof AwsCli)) {
            if (profile != null) {
                env.putIfAbsent("AWS_PROFILE", profile);
            }
            if (region != null) {
                env.putIfAbsent("AWS_REGION", region);
            }
        }
        var request = ExecutionRequest.of(command).withEnv(env).withTimeout(timeout).withMetadata(ExecutionRequest.Metadata.from("cli"));
        if (workingDir != null) {
            return request.withWorkingDir(workingDir.toAbsolutePath().normalize());
        }
        return command instanceof AwsCli && !usesFiles(engine.verdict(request)) ? request : request.withWorkingDir(Path.of("").toAbsolutePath());
    }

    /** A call that may read or write files finds them where a person expects it to. Others do not depend on a folder, and are not asked about it. */
    private static boolean usesFiles(Verdict verdict) {
        return verdict.approvalRequired() && verdict.risk() == Risk.HIGH;
    }

    /** Whether no consent helps; the engine says why. */
    private boolean refusedAnyway(Verdict verdict) {
        return cli.readOnly() && verdict.effect() != Effect.READ_ONLY;
    }

    private Approval consent(ExecutionEngine engine, ExecutionRequest request, Verdict verdict) throws CliException {
        var hash = engine.approvalHash(request);
        if (approvedHash == null && !(request.command() instanceof AwsCli)) {
            return Consent.by(hash); // typing it was the consent
        }
        if (!cli.json() && approvedHash == null) {
            ExecutionText.printRequest(request, verdict, hash, cli.console().err());
        }
        return Consent.obtain(cli, "call", verdict, hash, approvedHash);
    }

    private int run(ExecutionEngine engine, ExecutionRequest request) throws Exception {
        try (var signals = new CancelOnSignal(cli.console(), engine, request.id())) {
            engine.execute(request);
            signals.begun();
            ExecutionResult result;
            if (cli.json()) {
                result = engine.result(request.id());
                cli.print(result);
            } else {
                result = showLive(engine, request.id(), signals);
            }
            return ExecutionText.reportEnd(cli, result);
        }
    }

    private ExecutionResult showLive(ExecutionEngine engine, UUID id, CancelOnSignal signals) throws Exception {
        var live = new LiveOutput(cli.console(), signals::cancelQuietly);
        try (var subscription = engine.output(id, live)) {
            return live.end().get();
        }
    }

    private static void requireUsage(boolean condition, String message, String remedy) throws CliException {
        if (!condition) {
            throw new CliException(ExitCode.USAGE, message, remedy);
        }
    }
}
