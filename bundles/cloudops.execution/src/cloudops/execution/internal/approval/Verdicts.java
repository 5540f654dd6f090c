package cloudops.execution.internal.approval;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

import cloudops.execution.Command;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.Verdict;
import cloudops.execution.Verdict.Decision;
import cloudops.execution.Verdict.Effect;
import cloudops.execution.internal.CommandText;
import cloudops.execution.internal.Requests;
import cloudops.model.Risk;

/**
 * Judges commands. Fails closed: only an operation that the table calls read-only, with arguments that touch neither local files nor other
 * hosts, runs without a person's consent.
 */
public final class Verdicts {

    /** Variables that change neither which program runs, nor where it connects, nor as whom, when their values are plain words. */
    private static final Set<String> HARMLESS_VARIABLES = Set.of("AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE", "LANG", "LC_ALL", "TZ");
    /** The same, when their values are regions. */
    private static final Set<String> REGION_VARIABLES = Set.of("AWS_REGION", "AWS_DEFAULT_REGION");
    /** No path: TZ and LANG may name files, too. */
    private static final Pattern PLAIN_WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_@+-]*(?:[./][A-Za-z0-9_@+-]+)*");

    private final OperationTable table = OperationTable.bundled();
    private final CliConcerns cliConcerns;
    private volatile TrimmedReads trimmedReads;

    /** @param endpoint the only one that the program itself uses */
    public Verdicts(Optional<URI> endpoint) {
        cliConcerns = new CliConcerns(endpoint);
    }

    public Verdict of(Command command) {
        return switch (command) {
            case Command.Exec exec -> unknown(exec.argv().stream().findFirst().map(CommandText::quote).orElse("an empty command"));
            case Command.Script script -> unknown("the script " + CommandText.quote(script.file().toString()));
            case Command.Shell shell -> unknown("a shell's command line");
            case Command.AwsCli cli -> withConcerns(operation(cli.service(), cli.operation()), cliConcerns.of(cli));
            case Command.AwsSdk sdk -> operation(sdk.service(), sdk.operation());
        };
    }

    /** The verdict on the command, raised by what else the request brings to the process. */
    public Verdict of(ExecutionRequest request) {
        return raised(withConcerns(of(request.command()), concerns(request)), request.risk());
    }

    /** What must be cut out of the answer of a sensitive read, so that {@link #ofTrimmed} holds of it; empty where it must not be done at all. */
    public Optional<Trim> trim(Command command) {
        var read = trimmedReads;
        if (read == null) { // two threads may both read the file: no harm
            read = new TrimmedReads(OperationTable.text(TrimmedReads.RESOURCE));
            trimmedReads = read;
        }
        return read.of(command);
    }

    /** The verdict on a request whose answer is trimmed before anybody sees it. */
    public Verdict ofTrimmed(ExecutionRequest request, Trim trim) {
        var read = new Verdict(Effect.READ_ONLY, Risk.LOW, Decision.ALLOW, of(request.command()).reason() + " (" + trim + "), which are cut out");
        var concerns = new ArrayList<>(concerns(request));
        if (request.command() instanceof Command.AwsCli cli) {
            concerns.addAll(cliConcerns.of(cli));
        }
        return raised(withConcerns(read, concerns), request.risk());
    }

    /**
     * Whether a rule of the user's may let the request through: a program or an AWS call and nothing else, which its caller calls neither of
     * high risk nor riskier than we do. Shells and scripts never are: no pattern can tell what they do.
     */
    public boolean isPlain(ExecutionRequest request) {
        boolean command = switch (request.command()) {
            case Command.Exec exec -> true;
            case Command.Script script -> false;
            case Command.Shell shell -> false;
            case Command.AwsCli cli -> cliConcerns.of(cli).isEmpty();
            case Command.AwsSdk sdk -> true;
        };
        var label = request.risk();
        return command && concerns(request).isEmpty()
                && (label == null || label != Risk.HIGH && label.compareTo(of(request.command()).risk()) <= 0);
    }

    private static List<String> concerns(ExecutionRequest request) {
        var concerns = new ArrayList<String>();
        var variables = new TreeSet<String>();
        request.env().forEach((name, value) -> {
            if (!isHarmless(name, value)) {
                variables.add(CommandText.quote(name));
            }
        });
        if (!variables.isEmpty()) {
            concerns.add("sets " + String.join(", ", variables));
        }
        if (request.workingDir() != null) {
            concerns.add("runs in a folder of the caller's choice");
        }
        return concerns;
    }

    private static boolean isHarmless(String name, String value) {
        return REGION_VARIABLES.contains(name) ? Requests.isRegion(value)
                : HARMLESS_VARIABLES.contains(name) && PLAIN_WORD.matcher(value).matches();
    }

    /** @param label the caller's own assessment, null for none: it may raise the verdict, never lower it */
    private static Verdict raised(Verdict verdict, Risk label) {
        if (label == null || label.compareTo(verdict.risk()) <= 0) {
            return verdict;
        }
        var decision = verdict.decision() == Decision.ALLOW ? Decision.ASK : verdict.decision();
        return new Verdict(verdict.effect(), label, decision, verdict.reason() + ", and the risk was called " + label.name().toLowerCase(Locale.ROOT));
    }

    private static Verdict unknown(String what) {
        return new Verdict(Effect.UNKNOWN, Risk.HIGH, Decision.ASK, "what " + what + " does is not known");
    }

    private Verdict operation(String service, String operation) {
        var judgement = table.judge(service, operation);
        var reason = service + " " + operation + switch (judgement.effect()) {
            case READ_ONLY -> " only reads";
            case SENSITIVE_READ -> " reads secrets or private data";
            case MUTATING -> " changes resources";
            case DESTRUCTIVE -> " destroys resources or takes rights away";
            case UNKNOWN -> " is not known";
        };
        return new Verdict(judgement.effect(), judgement.risk(), judgement.effect() == Effect.READ_ONLY ? Decision.ALLOW : Decision.ASK, reason);
    }

    private static Verdict withConcerns(Verdict verdict, List<String> concerns) {
        if (concerns.isEmpty()) {
            return verdict;
        }
        var effect = verdict.effect() == Effect.READ_ONLY ? Effect.UNKNOWN : verdict.effect();
        return new Verdict(effect, Risk.HIGH, Decision.ASK, verdict.reason() + ", but it " + String.join(", ", concerns));
    }
}
