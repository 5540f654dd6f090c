package cloudops.aws.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsCaller;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.aws.internal.Pages.IncompleteException;
import cloudops.aws.internal.Pages.Paging;
import cloudops.execution.Command;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.ExecutionResult;
import cloudops.json.Json;
import cloudops.model.Environment;

/** Reads AWS through the execution engine, as a process of the CLI or with the SDK in this process. */
@Component
public final class EngineAwsCaller implements AwsCaller {

    /** Linux takes at most 128 KiB in one argument of a process. */
    private static final int LONGEST_ARGUMENT = 120_000;
    private static final int EXCERPT = 40;
    private static final ExecutionRequest.Metadata METADATA = ExecutionRequest.Metadata.from("aws");
    /** ASCII, whatever the locale of the CLI's Python. */
    private static final ObjectWriter ASCII = Json.mapper().writer().with(JsonWriteFeature.ESCAPE_NON_ASCII);
    private static final ObjectReader WHOLE = Json.mapper().reader(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    /** The size of a page goes to the CLI as an option: as a parameter it would turn paging off. Source: the CLI's paginator models. */
    private static final Set<String> PAGE_SIZES = Set.of("MaxResults", "MaxRecords", "MaxItems", "MaxKeys", "MaxUploads", "MaxParts",
            "MaxBuckets", "MaxDirectoryBuckets", "PageSize", "Limit", "maxResults", "limit", "pageSize", "maxItems");
    private static final Set<String> PAGE_TOKENS = Set.of("NextToken", "nextToken", "Marker", "ContinuationToken");

    /** More at once would take memory, tens of megabytes each, and no less time: starting one takes half a second of a core. */
    private final Semaphore processes = new Semaphore(Math.max(4, 2 * Runtime.getRuntime().availableProcessors()));
    private final ExecutionEngine engine;
    private final SdkRunner sdk;
    private final AwsFiles files;
    private final Pacing pacing;

    @Activate
    public EngineAwsCaller(@Reference ExecutionEngine engine, @Reference SdkRunner sdk, @Reference Environment environment,
            @Reference Pacing pacing) {
        this.engine = engine;
        this.sdk = sdk;
        this.pacing = pacing;
        this.files = new AwsFiles(environment);
    }

    @Override
    public JsonNode call(AwsCall call, Transport transport) throws AwsException, InterruptedException {
        var prepared = prepared(call, transport);
        var answer = allPages(prepared);
        var asked = prepared.call();
        if (asked.service().equals("sts") && asked.operation().equals("get-caller-identity")) {
            pacing.accounts().learn(files.profile(asked.profile()), answer.path("Account").asText());
        }
        return answer;
    }

    @Override
    public void pages(AwsCall call, Transport transport, Consumer<JsonNode> each) throws AwsException, InterruptedException {
        var prepared = prepared(call, transport);
        var paging = prepared.cli() ? Optional.<Paging>empty() : prepared.operation().flatMap(SdkOperation::paging);
        if (paging.isEmpty()) {
            each.accept(allPages(prepared));
            return;
        }
        String token = null;
        do {
            var page = once(prepared.with(((ObjectNode) prepared.call().params()).deepCopy().put(paging.get().parameter(), token)));
            try {
                token = paging.get().next(page, token);
            } catch (IncompleteException e) {
                throw incomplete(call);
            }
            Pages.removePageFacts(page);
            each.accept(page);
        } while (token != null);
    }

    /**
     * A call and how it is made.
     *
     * @param operation of the SDK; empty when it has none
     */
    private record Prepared(AwsCall call, Route route, boolean cli, Optional<SdkOperation> operation) {

        Prepared with(ObjectNode params) {
            return new Prepared(new AwsCall(call.service(), call.operation(), params, call.profile(), call.region()), route, cli, operation);
        }
    }

    private Prepared prepared(AwsCall call, Transport transport) throws AwsException {
        if (!(call.params() instanceof ObjectNode params)) {
            throw invalid("its parameters are no JSON object", call);
        }
        if (PAGE_TOKENS.stream().anyMatch(params::has)) {
            throw invalid("it asks for a single page; all pages are read anyway: leave " + PAGE_TOKENS + " out", call);
        }
        var target = Target.of(files, call.service(), call.profile(), call.region());
        var operation = sdk.operation(call.service(), call.operation());
        if (transport == Transport.SDK && operation.isEmpty()) {
            throw invalid("the AWS SDK client of this service is not installed or has no such operation; use the transport cli", call);
        }
        sdk.requireKeys(call.profile());
        var service = ServiceNames.cliCommand(call.service());
        var resolved = new AwsCall(service, call.operation(), params, call.profile(), target.region());
        var route = Route.of(target, service, files, pacing.accounts());
        return new Prepared(resolved, route, transport == Transport.CLI || operation.isEmpty(), operation);
    }

    /** Follows the pages that the transport does not follow itself. */
    private ObjectNode allPages(Prepared prepared) throws AwsException, InterruptedException {
        var whole = once(prepared);
        try {
            for (var next = Pages.next(whole, null); next != null;) {
                var page = once(prepared.with(((ObjectNode) prepared.call().params()).deepCopy().put(next.parameter(), next.token())));
                Pages.removeTokens(whole);
                Pages.join(whole, page);
                next = Pages.next(page, next);
            }
            if (prepared.operation().isPresent() && prepared.operation().get().paged()) {
                Pages.removePageFacts(whole);
            } else {
                Pages.removeTokens(whole);
            }
            return whole;
        } catch (IncompleteException e) {
            throw incomplete(prepared.call());
        }
    }

    private static AwsException incomplete(AwsCall call) {
        return AwsErrors.exception(Problem.PARSE, "Incomplete", "there are more pages than can be asked for; use another operation", call);
    }

    private ObjectNode once(Prepared prepared) throws AwsException, InterruptedException {
        var answer = attempted(prepared);
        if (prepared.cli() && EmptyAnswers.isDoubtful(answer, prepared.call())) {
            requireAws(prepared);
            return attempted(prepared); // the first may have been of whatever was there until a moment ago
        }
        return answer;
    }

    /** Makes sure that it is AWS that answers the calls of a service that leaves empty lists out. */
    private void requireAws(Prepared prepared) throws AwsException, InterruptedException {
        var call = prepared.call();
        var proof = EmptyAnswers.proof(call).orElseThrow(() -> EmptyAnswers.unproven(call));
        try {
            if (attempted(new Prepared(proof, prepared.route(), true, Optional.empty())).isEmpty()) {
                throw EmptyAnswers.unproven(call);
            }
        } catch (AwsException e) {
            if (!EmptyAnswers.isOfAws(e)) {
                throw e;
            }
        }
    }

    private ObjectNode attempted(Prepared prepared) throws AwsException, InterruptedException {
        var call = prepared.call();
        var operation = prepared.operation();
        var command = prepared.cli() ? cliCommand(call, operation) : sdkCommand(call);
        return pacing.call(call, prepared.route(), () -> {
            var answer = answer(prepared.cli() ? inProcess(command, call) : run(command, call), call);
            if (prepared.cli() && operation.isPresent()) {
                CliAnswer.normalize(answer, operation.get().newResponse());
            }
            EmptyAnswers.refuse(answer, call);
            return answer;
        });
    }

    private static Command sdkCommand(AwsCall call) {
        return new Command.AwsSdk(call.service(), call.operation(), call.params().toString(), call.profile(), call.region());
    }

    private static Command cliCommand(AwsCall call, Optional<SdkOperation> operation) throws AwsException {
        var params = ((ObjectNode) call.params()).deepCopy();
        var args = new ArrayList<String>();
        if (operation.isPresent() && operation.get().paged()) {
            for (var name : PAGE_SIZES) {
                var size = params.remove(name);
                if (size != null) {
                    args.addAll(List.of("--page-size", size.asText()));
                }
            }
        }
        if (!params.isEmpty()) {
            args.addAll(List.of("--cli-input-json", ascii(params, call)));
        }
        args.addAll(List.of("--cli-connect-timeout", String.valueOf(TimeLimits.CONNECT.toSeconds()), "--cli-read-timeout",
                String.valueOf(TimeLimits.READ.toSeconds())));
        return new Command.AwsCli(call.service(), call.operation(), args, call.profile(), call.region());
    }

    private static String ascii(ObjectNode params, AwsCall call) throws AwsException {
        try {
            var json = ASCII.writeValueAsString(params);
            if (json.length() > LONGEST_ARGUMENT) {
                throw invalid("its parameters are too long for the AWS CLI (" + json.length()
                        + " characters); use the transport sdk", call);
            }
            return json;
        } catch (JsonProcessingException e) {
            throw invalid("its parameters cannot be written as JSON: " + e.getOriginalMessage(), call);
        }
    }

    private ExecutionResult inProcess(Command command, AwsCall call) throws AwsException, InterruptedException {
        processes.acquire();
        try {
            return run(command, call);
        } finally {
            processes.release();
        }
    }

    private ExecutionResult run(Command command, AwsCall call) throws AwsException, InterruptedException {
        try {
            var running = engine.executeReadOnly(ExecutionRequest.of(command).withTimeout(TimeLimits.CALL).withMetadata(METADATA));
            try {
                return running.get();
            } catch (InterruptedException e) {
                running.cancel(true);
                throw e;
            }
        } catch (cloudops.execution.ExecutionException e) {
            throw invalid(e.getMessage(), call);
        } catch (ExecutionException e) {
            throw new AwsException(Problem.OTHER, Problem.OTHER.name(), call.service() + " " + call.operation() + " broke down",
                    e.getCause());
        }
    }

    private ObjectNode answer(ExecutionResult result, AwsCall call) throws AwsException, InterruptedException {
        switch (result.status()) {
            case COMPLETED -> {
                if (!result.succeeded()) {
                    throw AwsErrors.typed(result.stderr(), call, files);
                }
            }
            case CANCELLED -> throw new InterruptedException(call.service() + " " + call.operation() + " was cancelled");
            case TIMED_OUT -> throw AwsErrors.exception(Problem.OTHER, "Timeout", // not NETWORK: it was patience enough for one call
                    "no answer within " + TimeLimits.CALL.toMinutes() + " minutes", call);
            default -> {
                var problem = result.error() != null && result.error().startsWith("AWS CLI not found") ? Problem.NO_CLI : Problem.OTHER;
                throw AwsErrors.exception(problem, problem.name(), String.valueOf(result.error()), call);
            }
        }
        return parse(result.stdout(), call);
    }

    /** The CLI prints nothing where the answer has no members. */
    private static ObjectNode parse(String stdout, AwsCall call) throws AwsException {
        if (stdout.isBlank()) {
            return JsonNodeFactory.instance.objectNode();
        }
        try {
            if (WHOLE.readTree(stdout) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw notJson(stdout, call);
        }
        throw notJson(stdout, call);
    }

    /** Without a cause: Jackson's message quotes more of the text. */
    private static AwsException notJson(String stdout, AwsCall call) {
        return AwsErrors.exception(Problem.PARSE, Problem.PARSE.name(), "the answer is no JSON object but " + stdout.length()
                + " characters that start with '" + Printable.excerpt(stdout, EXCERPT) + "'; is there something between us and AWS?", call);
    }

    private static AwsException invalid(String why, AwsCall call) {
        return AwsErrors.exception(Problem.INVALID_CALL, Problem.INVALID_CALL.name(), why, call);
    }
}
