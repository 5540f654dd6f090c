package cloudops.execution.internal;

import java.net.URI;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

import cloudops.execution.Approval;
import cloudops.execution.Command;
import cloudops.execution.ExecutionException;
import cloudops.execution.ExecutionException.Problem;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionResult;
import cloudops.execution.Verdict;
import cloudops.execution.Verdict.Decision;
import cloudops.execution.Verdict.Effect;
import cloudops.execution.internal.approval.ApprovalHash;
import cloudops.execution.internal.approval.Approvals;
import cloudops.execution.internal.approval.Programs;
import cloudops.execution.internal.approval.RulesFile;
import cloudops.execution.internal.approval.Trim;
import cloudops.execution.internal.approval.Verdicts;
import cloudops.execution.internal.process.Launch;
import cloudops.execution.internal.process.Launches;
import cloudops.execution.internal.process.Profiles;
import cloudops.model.Environment;

/** Decides what may run. Nothing starts that has not been admitted here and, where the verdict asks for it, consented to here. */
public final class Gate {

    private final boolean readOnly;
    private final Optional<URI> endpoint;
    private final Launches launches;
    private final Verdicts verdicts;
    private final RulesFile rules;
    private final Approvals approvals;

    Gate(Environment environment, Map<String, String> host, Profiles profiles, Clock clock) {
        readOnly = environment.readOnly();
        endpoint = environment.endpointUrl();
        launches = new Launches(environment, host, profiles);
        verdicts = new Verdicts(endpoint);
        rules = new RulesFile(environment.home());
        approvals = new Approvals(clock);
    }

    /**
     * A request that may run, once consented to where its verdict says so.
     *
     * @param launch what was looked at, and is what runs
     */
    public record Admitted(ExecutionRequest request, Launch launch, Verdict verdict) {
    }

    /** What stands before every execution, approved or not. */
    public Admitted admit(ExecutionRequest request) throws ExecutionException {
        Requests.validate(request);
        var launch = launches.of(request);
        var verdict = verdict(request, launch);
        requireAllowed(verdict);
        return new Admitted(request, launch, verdict);
    }

    /**
     * What stands before a read of the program itself. A sensitive read is one only where what it must not see is cut out of the answer.
     *
     * @throws ExecutionException as {@link #admit}; {@code APPROVAL_REQUIRED} when it is no plain read
     */
    Reading admitReading(ExecutionRequest request) throws ExecutionException {
        Requests.validate(request);
        var launch = launches.of(request);
        var verdict = verdicts.of(request);
        var trim = verdict.effect() == Effect.SENSITIVE_READ ? verdicts.trim(request.command()) : Optional.<Trim>empty();
        var judged = rules.judge(request, launch, trim.map(cut -> verdicts.ofTrimmed(request, cut)).orElse(verdict), verdicts.isPlain(request));
        requireAllowed(judged);
        if (judged.effect() != Effect.READ_ONLY || judged.approvalRequired()) {
            throw new ExecutionException(Problem.APPROVAL_REQUIRED, "not a plain read: " + judged.reason());
        }
        return new Reading(new Admitted(request, launch, judged), trim);
    }

    /** A read that may run, once what is sensitive about its answer is cut out of it. */
    record Reading(Admitted admitted, Optional<Trim> trim) {

        ExecutionResult trimmed(ExecutionResult whole) {
            return trim.map(cut -> cut.of(whole)).orElse(whole);
        }
    }

    void requireAllowed(Verdict verdict) throws ExecutionException {
        if (verdict.decision() == Decision.NEVER) {
            throw new ExecutionException(Problem.FORBIDDEN, verdict.reason());
        }
        if (readOnly && verdict.effect() != Effect.READ_ONLY) {
            throw new ExecutionException(Problem.READ_ONLY, "read-only mode: " + verdict.reason() + "; try: without --read-only");
        }
    }

    /** Uses the request's approval up. @return null when none is needed */
    Consent consent(Admitted admitted) throws ExecutionException {
        return admitted.verdict().approvalRequired()
                ? consent(admitted.request().approval(), hash(admitted), admitted.verdict().reason()) : null;
    }

    public Consent consent(Approval approval, String hash, String reason) throws ExecutionException {
        approvals.use(approval, hash, reason);
        return new Consent(approval.approvedBy(), hash);
    }

    /** @throws ExecutionException {@code APPROVAL_REQUIRED} when what would run now is not what was consented to */
    public void requireUnchanged(Admitted now, String consentedHash) throws ExecutionException {
        if (!hash(now).equals(consentedHash)) {
            throw new ExecutionException(Problem.APPROVAL_REQUIRED, "what is to run has changed since it was approved: ask again");
        }
    }

    /**
     * A step whose references were replaced.
     *
     * @param template the step as it was consented to
     * @param request the same with values in place of the references
     * @throws ExecutionException {@code APPROVAL_REQUIRED} when the values make it graver than what was consented to
     */
    public Admitted admitStep(Admitted template, ExecutionRequest request) throws ExecutionException {
        var admitted = admit(request);
        var program = template.launch().argv().stream().findFirst();
        if (!admitted.launch().argv().stream().findFirst().equals(program)) {
            throw new ExecutionException(Problem.APPROVAL_REQUIRED, "with the values of earlier steps it is another program than was approved");
        }
        if (request.command() instanceof Command.Exec && !request.command().equals(template.request().command())
                && program.filter(Programs::runsArguments).isPresent()) {
            throw new ExecutionException(Problem.INVALID_REQUEST, "its program runs what its arguments say, and values of earlier steps are among"
                    + " them; try: the value of a variable STEP_…");
        }
        if (admitted.verdict().decision().compareTo(template.verdict().decision()) > 0
                || admitted.verdict().risk().compareTo(template.verdict().risk()) > 0
                || !Arrays.equals(admitted.launch().script(), template.launch().script())) {
            throw new ExecutionException(Problem.APPROVAL_REQUIRED,
                    "with the values of earlier steps it is graver than what was approved: " + admitted.verdict().reason());
        }
        return admitted;
    }

    Verdict verdict(Command command) {
        return verdict(ExecutionRequest.of(command));
    }

    public Verdict verdict(ExecutionRequest request) {
        return verdict(request, launches.of(request));
    }

    private Verdict verdict(ExecutionRequest request, Launch launch) {
        return rules.judge(request, launch, verdicts.of(request), verdicts.isPlain(request));
    }

    public String hash(ExecutionRequest request) {
        return ApprovalHash.of(request, launches.of(request), endpoint);
    }

    public String hash(Admitted admitted) {
        return ApprovalHash.of(admitted.request(), admitted.launch(), endpoint);
    }
}
