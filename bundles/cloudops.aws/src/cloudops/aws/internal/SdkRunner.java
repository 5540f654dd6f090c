package cloudops.aws.internal;

import java.io.IOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;

import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import cloudops.aws.AwsCall;
import cloudops.aws.AwsException;
import cloudops.aws.AwsException.Problem;
import cloudops.aws.internal.RequestReader.MismatchException;
import cloudops.execution.Command;
import cloudops.execution.Command.AwsSdk;
import cloudops.execution.ExecutionEngine.Stream;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.spi.CommandRunner;
import cloudops.execution.spi.RunFailedException;
import cloudops.json.Json;
import cloudops.model.Environment;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sso.model.SsoException;

/**
 * Runs any operation of any installed AWS SDK client in this process. Output, error messages and exit codes are those of the AWS CLI v2.
 * Operations that stream a body (such as {@code s3api get-object}) are the CLI's alone. Pages are followed to the end; a {@code MaxResults}
 * or its like sets the size of a page. Where the parameters name a token of a page, or {@code null} for that of the first, that page
 * is all. A null profile is {@code default}. Of the child's environment nothing is used.
 */
@Component(service = {CommandRunner.class, SdkRunner.class})
public final class SdkRunner implements CommandRunner {

    private static final ObjectWriter PRINTER = Json.mapper().writer(new DefaultPrettyPrinter(
            Separators.createDefaultInstance().withObjectFieldValueSpacing(Separators.Spacing.AFTER).withArrayEmptySeparator("")
                    .withObjectEmptySeparator(""))
                    .withObjectIndenter(new DefaultIndenter("    ", "\n")).withArrayIndenter(new DefaultIndenter("    ", "\n")));

    private final SdkServices services;
    private final AwsFiles files;
    private final KeychainKeys keychain;
    private final SdkClients clients;

    private final Pacing pacing;

    @Activate
    public SdkRunner(BundleContext context, @Reference Environment environment, @Reference KeychainKeys keychain, @Reference Pacing pacing) {
        this(new SdkServices(new BundleClientFinder(context)), environment, keychain, pacing);
    }

    /** With a pace of its own. */
    SdkRunner(SdkServices services, Environment environment, KeychainKeys keychain) {
        this(services, environment, keychain, new Pacing());
    }

    SdkRunner(SdkServices services, Environment environment, KeychainKeys keychain, Pacing pacing) {
        this.services = services;
        this.pacing = pacing;
        this.files = new AwsFiles(environment);
        this.keychain = keychain;
        this.clients = new SdkClients(files, keychain);
    }

    @Deactivate
    void close() {
        clients.close();
    }

    @Override
    public boolean accepts(Command command) {
        return command instanceof AwsSdk;
    }

    /** @return empty when the service's client is not installed or has no such operation */
    Optional<SdkOperation> operation(String service, String operation) {
        return services.operation(service, operation);
    }

    /** Makes sure that the keychain gives the profile's key pair, if it is one. @throws AwsException {@code NO_CREDENTIALS}, with the reason */
    void requireKeys(String profile) throws AwsException {
        if (ProfileCredentials.kind(files.profile(profile)).equals(ProfileCredentials.KEYCHAIN)) {
            keychain.credentials(profile);
        }
    }

    /**
     * When the credentials of a profile end; empty when they do not, or do not tell.
     *
     * @throws AwsException when there are none
     */
    Optional<Instant> expiry(String profile) throws AwsException, InterruptedException {
        var target = Target.of(files, "sts", profile, null);
        try {
            return signIn(target).expirationTime();
        } catch (CallFailedException e) {
            throw AwsErrors.typed(e.getMessage(), new AwsCall("sts", "get-caller-identity", null, profile, null), files);
        }
    }

    @Override
    public int run(ExecutionRequest request, Map<String, String> environment, BiConsumer<Stream, String> output)
            throws InterruptedException, RunFailedException {
        return run(request, environment, null, output);
    }

    @Override
    public int run(ExecutionRequest request, Map<String, String> environment, String credentials, BiConsumer<Stream, String> output)
            throws InterruptedException, RunFailedException {
        var command = (AwsSdk) request.command();
        try {
            var answer = call(command, credentials);
            if (!answer.isEmpty()) {
                PRINTER.writeValueAsString(answer).lines().forEach(line -> output.accept(Stream.STDOUT, line));
            }
            return 0;
        } catch (CallFailedException e) {
            e.getMessage().lines().forEach(line -> output.accept(Stream.STDERR, line));
            return e.exitCode();
        } catch (JsonProcessingException e) {
            throw new RunFailedException("the answer of " + command.service() + " " + command.operation() + " is no JSON", e);
        }
    }

    private ObjectNode call(AwsSdk command, String credentials) throws CallFailedException, RunFailedException, InterruptedException {
        var service = services.service(command.service()).orElseThrow(() -> new RunFailedException(
                "no AWS SDK client for '" + command.service() + "' is installed; use the AWS CLI for it"));
        var operation = service.operation(command.operation()).orElseThrow(() -> new RunFailedException(
                "the AWS SDK client of '" + command.service() + "' has no operation '" + command.operation()
                        + "' that runs without streams; use the AWS CLI for it"));
        var params = parameters(command);
        var request = request(command, params, operation);
        try {
            var target = Target.of(files, command.service(), command.profile() == null ? "default" : command.profile(), command.region());
            var client = clients.client(service, target);
            requireSame(target.profile(), credentials);
            signIn(target);
            return Pages.isForOne(params) ? page(command, operation, client, target, request)
                    : answer(command, operation, client, target, request);
        } catch (AwsException e) {
            throw CallFailedException.configuration(e);
        }
    }

    /** A client has the key pair of the moment it was made: looked at afterwards, it is the one that was approved. */
    private void requireSame(String profile, String credentials) throws RunFailedException {
        try {
            if (!Objects.equals(keychain.find(profile).orElse(null), credentials)) {
                throw new RunFailedException("profile '" + profile + "' has another key pair by now; try: do it again");
            }
        } catch (IOException e) {
            throw new RunFailedException(e.getMessage(), e);
        }
    }

    private static ObjectNode parameters(AwsSdk command) throws CallFailedException {
        try {
            if (Json.mapper().readTree(command.params()) instanceof ObjectNode params) {
                return params;
            }
            throw CallFailedException.parameters(new MismatchException("the parameters are no JSON object"));
        } catch (JsonProcessingException e) {
            throw CallFailedException.parameters(new MismatchException("the parameters are no JSON: " + e.getOriginalMessage()));
        }
    }

    private static SdkPojo request(AwsSdk command, ObjectNode params, SdkOperation operation) throws CallFailedException {
        try {
            var builder = operation.newRequest();
            CliQuirks.before(command.service(), operation.name(), params);
            RequestReader.read(params, builder);
            return builder;
        } catch (MismatchException e) {
            throw CallFailedException.parameters(e);
        }
    }

    /** Fetches the credentials before they are needed, so that a refusal here is told from one of the operation. */
    private AwsCredentials signIn(Target target) throws AwsException, CallFailedException, InterruptedException {
        var provider = clients.credentials(target);
        try {
            var credentials = provider.resolveCredentials();
            requireNotEnded(target.profile(), credentials);
            return credentials;
        } catch (SdkException e) {
            if (e.getCause() instanceof AwsException ours) {
                throw ours;
            }
            throw failure(e, e instanceof SsoException ? "GetRoleCredentials" : "AssumeRole", target);
        } catch (IllegalStateException e) {
            throw ProfileCredentials.processFailed(target.profile(), e); // which the SDK reports so
        }
    }

    /** Some processes hand out what they have kept for too long. */
    private void requireNotEnded(String profile, AwsCredentials credentials) throws AwsException {
        var ended = credentials.expirationTime().filter(end -> end.isBefore(Instant.now()));
        if (ended.isPresent()) {
            throw new AwsException(Problem.EXPIRED_TOKEN, Problem.EXPIRED_TOKEN.name(), "the credentials of profile '" + profile + "' ended at "
                    + ended.get() + "; try: " + files.signIn(profile), null);
        }
    }

    private static ObjectNode page(AwsSdk command, SdkOperation operation, SdkClient client, Target target, SdkPojo request)
            throws CallFailedException, InterruptedException {
        try {
            var page = ResponseWriter.write(operation.page(client, request));
            CliQuirks.after(command.service(), operation.name(), page);
            return page;
        } catch (SdkException e) {
            throw failure(e, operation.name(), target);
        }
    }

    private ObjectNode answer(AwsSdk command, SdkOperation operation, SdkClient client, Target target, SdkPojo request)
            throws AwsException, CallFailedException, InterruptedException {
        try {
            var answer = JsonNodeFactory.instance.objectNode();
            var pages = operation.pages(client, request).iterator();
            Pages.join(answer, ResponseWriter.write(pages.next()));
            while (pages.hasNext()) {
                Pages.join(answer, ResponseWriter.write(furtherPage(command, operation, target, pages)));
            }
            if (operation.paged()) {
                Pages.removePageFacts(answer);
            }
            CliQuirks.after(command.service(), operation.name(), answer);
            return answer;
        } catch (SdkException e) {
            throw failure(e, operation.name(), target);
        }
    }

    /**
     * Pages after the first are paced and tried again here: whoever made the call could only begin again at the first. That is safe: what
     * answers in pages only reads, and the SDK's iterator asks for the same page again when that failed.
     */
    private SdkPojo furtherPage(AwsSdk command, SdkOperation operation, Target target, Iterator<? extends SdkPojo> pages)
            throws AwsException, CallFailedException, InterruptedException {
        var call = new AwsCall(command.service(), command.operation(), null, target.profile(), target.region());
        try {
            return pacing.part(call, Route.of(target, command.service(), files, pacing.accounts()), () -> {
                try {
                    return pages.next();
                } catch (SdkException e) {
                    var failed = failure(e, operation.name(), target);
                    var typed = AwsErrors.typed(failed.getMessage(), call, files);
                    throw new AwsException(typed.problem(), typed.code(), typed.getMessage(), failed);
                }
            });
        } catch (AwsException e) {
            if (e.getCause() instanceof CallFailedException failed) {
                throw failed;
            }
            throw e;
        }
    }

    private static CallFailedException failure(SdkException e, String operation, Target target) throws InterruptedException {
        if (CallFailedException.interrupted(e) || Thread.interrupted()) {
            throw new InterruptedException(operation + " was cancelled");
        }
        return CallFailedException.of(e, operation, target.endpoint().map(Object::toString).orElse("AWS " + target.region()));
    }
}
