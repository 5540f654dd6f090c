package cloudops.execution.internal.approval;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

import cloudops.execution.Command;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.internal.process.Launch;

/**
 * SHA-256 over all that reaches the process: kind of command, program and arguments or the call's parts, the bytes of a script, every
 * variable of the environment, working directory, AWS endpoint and account; and over what is said of the request, since that is what a person
 * judged it by: time limit, metadata, context, resource, risk. Each text goes in with its length in front and lists with their size, so that
 * no two requests have the same encoding. Only the ID is left out: it names a run and not what runs.
 */
public final class ApprovalHash {

    private final MessageDigest digest;

    private ApprovalHash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    public static String of(ExecutionRequest request, Launch launch, Optional<URI> endpoint) {
        var hash = new ApprovalHash();
        hash.text("cloudops-approval-1");
        hash.text(request.command().getClass().getSimpleName());
        switch (request.command()) {
            case Command.AwsSdk sdk -> hash.texts(
                    Arrays.asList(sdk.service(), sdk.operation(), sdk.params(), sdk.profile(), sdk.region()));
            case Command.Exec exec -> hash.texts(launch.argv());
            case Command.Script script -> {
                hash.texts(launch.argv());
                hash.bytes(launch.script());
            }
            case Command.Shell shell -> hash.texts(launch.argv());
            case Command.AwsCli cli -> hash.texts(launch.argv());
        }
        hash.map(launch.variables());
        hash.text(Objects.toString(launch.workingDir(), null));
        hash.text(endpoint.map(URI::toString).orElse(null));
        hash.request(request);
        return "sha256:" + HexFormat.of().formatHex(hash.digest.digest());
    }

    /** What is said of the request. */
    private void request(ExecutionRequest request) {
        text(Objects.toString(request.timeout(), null));
        text(request.contextId());
        text(request.resourceId());
        text(Objects.toString(request.risk(), null));
        var metadata = request.metadata();
        texts(Arrays.asList(metadata.source(), metadata.conversationId(), metadata.accountId(), metadata.description()));
        map(new TreeMap<>(metadata.tags()));
    }

    private void map(SortedMap<String, String> map) {
        number(map.size());
        map.forEach((name, value) -> {
            text(name);
            text(value);
        });
    }

    private void texts(List<String> texts) {
        number(texts.size());
        texts.forEach(this::text);
    }

    /** @param text null is not the same as empty */
    private void text(String text) {
        bytes(text == null ? null : text.getBytes(StandardCharsets.UTF_8));
    }

    private void bytes(byte[] bytes) {
        if (bytes == null) {
            number(-1);
            return;
        }
        number(bytes.length);
        digest.update(bytes);
    }

    private void number(int number) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
    }
}
